namespace Minik8s.FileSd.Cluster;

/// <summary>
/// What of a list is not believed before another one agrees: what it is merely silent about. Each list has its own, by which
/// they are told apart.
/// </summary>
/// <param name="held">Targets of objects that the list does not name. They stay.</param>
/// <param name="of">All targets that are known, without those that are gone.</param>
/// <param name="gone">Targets of objects that the list before did not name, either. They are dropped.</param>
/// <param name="lost">Targets of objects that only this list does not name, and that are too few to be doubted. They are dropped.</param>
internal sealed class ListDoubt(int held, int of, int gone, int lost = 0)
{
    public static readonly ListDoubt None = new(0, 0, 0);

    public int Lost => lost;

    public int Held => held;

    public int Of => of;

    public int Gone => gone;
}
