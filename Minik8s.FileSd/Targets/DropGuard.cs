namespace Minik8s.FileSd.Targets;

/// <summary>
/// Which lists are doubted. What a server tells is believed at once: that an object is deleted, or that it has ended. A list
/// that is merely silent about many objects, as that of a server which has lost its memory is, needs another one that agrees.
/// </summary>
/// <param name="MaxDrop">The share of the targets of its stream that a list may drop by its silence, from 0 to below 1; 0 for any.</param>
/// <param name="MinTargets">Fewer than these, of all streams of a file together, may always be dropped; 0 for any number.</param>
internal sealed record DropGuard(double MaxDrop, int MinTargets)
{
    public static readonly DropGuard Off = new(0, 0);

    public static readonly DropGuard Standard = new(0.5, 5);

    public bool IsOn => MaxDrop > 0 && MinTargets > 0;

    /// <param name="missing">Targets that are known and whose objects the list does not name.</param>
    /// <param name="known">All that are known.</param>
    /// <param name="lostBefore">What lists have dropped like that just before.</param>
    public bool Doubts(int missing, int known, int lostBefore) =>
        IsOn && missing > 0 && missing + lostBefore >= MinTargets && missing > MaxDrop * known;
}
