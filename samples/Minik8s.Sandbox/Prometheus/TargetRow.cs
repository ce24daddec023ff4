namespace Minik8s.Sandbox.Prometheus;

/// <summary>One line of the table: a target, as the files and Prometheus together know it.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Address">Host and port.</param>
/// <param name="State">One of <see cref="TargetState"/>.</param>
/// <param name="Labels">What it is, such as <c>node=worker-1</c>.</param>
/// <param name="Error">Why it is down; empty otherwise.</param>
internal sealed record TargetRow(string Job, string Address, string State, string Labels, string Error)
{
    public static IReadOnlyList<TargetRow> Merge(IReadOnlyList<FileTarget> files, IReadOnlyList<ActiveTarget> active)
    {
        var named = files.Select(target => (target.Job, target.Address)).ToHashSet();
        var scraped = active.Select(target => (target.Job, target.Address)).ToHashSet();
        var pending = files
            .Where(target => !scraped.Contains((target.Job, target.Address)))
            .Select(target => new TargetRow(target.Job, target.Address, TargetState.Pending, Text(target.Labels), ""));
        var known = active.Select(target =>
        {
            // That its process has gone already is no error: it is why the target leaves.
            var leaving = target.FromFile && !named.Contains((target.Job, target.Address));
            return new TargetRow(
                target.Job,
                target.Address,
                leaving ? TargetState.Leaving : target.Health,
                Text(target.Labels),
                leaving ? "" : target.LastError);
        });

        // 127.0.1.9 before 127.0.1.10: the shorter first.
        return [.. known.Concat(pending)
            .OrderBy(row => row.Job, StringComparer.Ordinal)
            .ThenBy(row => row.Address.Length)
            .ThenBy(row => row.Address, StringComparer.Ordinal)];
    }

    private static string Text(IReadOnlyDictionary<string, string> labels) => string.Join(' ',
        from label in labels
        where label.Key is not ("instance" or "job")
        orderby label.Key
        select $"{label.Key}={label.Value}");
}
