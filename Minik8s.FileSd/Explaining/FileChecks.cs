using System.Globalization;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>From what an object gives to what its target file says.</summary>
internal static class FileChecks
{
    private const string Check = "file";

    /// <summary>What was left out of it, and to whom its addresses belong.</summary>
    /// <returns>The addresses that are its own.</returns>
    public static IReadOnlyList<string> AddRendered(Findings findings, Owner owner, RenderedTargets rendered, KnownFile? file)
    {
        foreach (var remark in rendered.Remarks)
            findings.Warn(Fixes.Check(remark.Kind), Fixes.Words(remark), Fixes.Of(remark.Kind, owner));

        var own = new List<string>();
        var taken = rendered.Groups
            .Select(group => (group.Address, Winner: file?.Newest?.TakenBy(owner.Key, group.Address))).Where(each => each.Winner is not null).ToList();
        foreach (var group in rendered.Groups)
        {
            if (!taken.Exists(each => each.Address == group.Address))
                own.Add(group.Address);
        }

        foreach (var (address, winner) in taken)
        {
            var fact = $"its address {address} is that of the pod {Printable.Of(winner!.Value.ToString())}, which is newer or declares the port";
            if (own.Count == 0)
                findings.Fail(Fixes.Collision, fact, Fixes.Of(RemarkKind.AddressTaken, owner));
            else
                findings.Warn(Fixes.Collision, fact, Fixes.Of(RemarkKind.AddressTaken, owner));
        }

        return own;
    }

    /// <summary>Whether the file says what it should of the object.</summary>
    /// <param name="rendered">What it gives by now.</param>
    /// <param name="own">The addresses of these that no other object has.</param>
    public static void AddWritten(Findings findings, Owner owner, RenderedTargets? rendered, IReadOnlyList<string> own, KnownFile file)
    {
        var known = file.Newest?.Find(owner.Key);
        if (own.Count == 0)
        {
            // What another object has taken from it is in the file, and not its own.
            var said = file.Written ?? file.Newest;
            if (said?.Find(owner.Key)?.Groups.FirstOrDefault(group => said.TakenBy(owner.Key, group.Address) is null) is { } still)
                findings.Warn(Check, $"{file.Name} still has {still.Address}{Why(file)}", Fix(file));
            return;
        }

        var isWritten = file.Written?.Find(owner.Key) is { } there && own.All(address => there.Groups.Any(group => group.Address == address));
        if (file.Newest is not null && (known is null || (rendered is not null && !known.Groups.SequenceEqual(rendered.Groups))))
            findings.Warn(Check, $"what {file.Name} is to say of it is not this yet{Why(file)}", Fix(file));
        else if (isWritten)
            findings.Pass(Check, $"it is in {file.Path}{At(file.WrittenAt)}");
        else if (file.Newest is null)
            findings.Fail(Check, $"{file.Name} does not have it{Why(file)}", file.Writer);
        else if (file.Written is null)
            findings.Warn(Check, $"it is not in {file.Name} yet{Why(file)}", Fix(file));
        else
            findings.Fail(Check, file.WrittenAt is null ? $"there is no {file.Path}" : $"it is not in {file.Path}{At(file.WrittenAt)}", file.Writer);
    }

    private static string Fix(KnownFile file) => file is { IsFollowed: true, Missing.Count: 0 } ? "ask again in a second" : file.Writer;

    private static string Why(KnownFile file) => file.Missing.Count == 0 ? file.IsFollowed ? ": it has changed just now" : ""
        : $": {Printable.Of(string.Join("; ", file.Missing))}";

    private static string At(DateTimeOffset? at) =>
        at is { } written ? string.Create(CultureInfo.InvariantCulture, $", written {written.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") : "";
}
