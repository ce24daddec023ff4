using System.Text;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>From objects to what their target file says, without a stream and without a file.</summary>
internal static class Contents
{
    /// <summary>What a whole list of objects gives.</summary>
    public static TargetSet Listed(IEnumerable<(ObjectKey Key, Verdict Verdict)> objects) => objects
        .Aggregate(
            TargetSet.Unknown(DropGuard.Off).Apply(Change<RenderedTargets>.ListBegan),
            (set, item) => set.Apply(new(ChangeKind.Listed, item.Key, RenderedTargets.Of(item.Verdict))))
        .Apply(Change<RenderedTargets>.ListEnded);

    public static byte[] Bytes(this FileContent content) => [.. content.Render().SelectMany(piece => piece.ToArray())];

    /// <exception cref="ArgumentException">It is not valid UTF-8.</exception>
    public static string Text(this FileContent content) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content.Bytes());
}
