namespace Minik8s.FileSd.Targets;

/// <summary>
/// Collects what was left out of an object. A few remarks of each kind are kept and the rest dropped: they live as long as
/// the object does, and its owner must not be able to fill the memory with them.
/// </summary>
internal sealed class Remarks
{
    public const int MostOfAKind = 10;

    private readonly List<Remark> _all = [];

    /// <param name="fact">What was seen; what the object's owner has written stands in it cut by <see cref="Printable.Short"/>.</param>
    public void Add(RemarkKind kind, string fact)
    {
        var remark = new Remark(kind, fact);
        if (_all.Count(each => each.Kind == kind) < MostOfAKind && !_all.Contains(remark))
            _all.Add(remark);
    }

    /// <summary>The fact of the last one that was kept.</summary>
    public string Last => _all[^1].Fact;

    public IReadOnlyList<Remark> ToList() => _all;
}
