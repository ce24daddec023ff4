namespace Minik8s.FileSd.Commands;

/// <summary>A diff for people.</summary>
internal static class DiffText
{
    public static void Print(FileDiff diff, Screen screen)
    {
        var same = diff.Same == 1 ? "1 target stays as it is" : $"{diff.Same} targets stay as they are";
        if (diff.IsEmpty)
        {
            screen.Line($"{diff.Path}: no change, {same}");
            return;
        }

        screen.Line(
            $"{diff.Path}: {(diff.Exists ? "" : diff.IsNoFile ? "is no file; " : "is not there; ")}{diff.Added.Count} added, {diff.Removed.Count} removed, {diff.Relabelled.Count} relabelled, {same}");
        if (diff.Rewritten)
            screen.Line("  the same targets, written otherwise: it would be written anew");
        foreach (var added in diff.Added)
            screen.Line($"  + {added.Address}  {added.Object}");
        foreach (var removed in diff.Removed)
            screen.Line($"  - {removed.Address}  {removed.Object}");
        foreach (var relabelled in diff.Relabelled)
        {
            screen.Line($"  ~ {relabelled.Address}  {relabelled.Object}: {Words(relabelled.Effect)}");
            foreach (var label in relabelled.Labels)
                screen.Line($"      {label.Name}: {Value(label.Before)} {screen.Arrow} {Value(label.After)}");
        }

        if (diff.Held > 0)
            screen.Line($"  {diff.Held} of the removed ones would stay until a second list, five seconds later, lacks them as well (--guard.max-drop)");
    }

    private static string Words(LabelEffect effect) => effect switch
    {
        LabelEffect.Series => "its series end and new ones begin",
        LabelEffect.Scrape => "it is scraped in another way, its series stay",
        LabelEffect.Relabelling => "for relabelling alone, its series stay",
        _ => "the same labels, written otherwise",
    };

    private static string Value(string? value) => value is null ? "(none)" : $"\"{Printable.Short(value)}\"";
}
