namespace Minik8s.FileSd.Cluster;

internal enum ChangeKind
{
    /// <summary>A list begins: what follows is collected aside. A list that began before and has not ended is void.</summary>
    ListBegan,

    /// <summary>One object of the list that began.</summary>
    Listed,

    /// <summary>The list is whole and replaces all that was known: what it did not name is gone.</summary>
    ListEnded,

    /// <summary>An object was added or has changed.</summary>
    Applied,

    /// <summary>An object is there and is as it was told last.</summary>
    Confirmed,

    /// <summary>An object was deleted, or has left the selection.</summary>
    Deleted,

    /// <summary>An object was there when the daemon ran before: what it is now a list will say.</summary>
    Found,
}

/// <summary>One step in what is known of the objects of a kind. <c>Object</c> is null when a list begins or ends, and where nothing of it is told.</summary>
internal readonly record struct Change<T>(ChangeKind Kind, ObjectKey Key, T? Object)
    where T : class
{
    public static readonly Change<T> ListBegan = new(ChangeKind.ListBegan, default, null);
    public static readonly Change<T> ListEnded = new(ChangeKind.ListEnded, default, null);

    /// <summary>Of the object or, at the end of a list, of the list; opaque. Null where there is none.</summary>
    public string? Version { get; init; }

    /// <summary>When it was read, as a timestamp of the daemon's clock: the bytes of the event, or the last ones of the list. 0 for a step of a list.</summary>
    public long At { get; init; }

    /// <summary>The same step told of what <paramref name="project"/> makes of the object.</summary>
    public Change<TResult> Select<TResult>(Func<T, TResult> project)
        where TResult : class =>
        new(Kind, Key, Kind is ChangeKind.Listed or ChangeKind.Applied ? project(Object!) : null) { Version = Version, At = At };
}
