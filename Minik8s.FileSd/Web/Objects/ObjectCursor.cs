using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Web.Objects;

/// <summary>A place in the order of all objects: nodes before pods, each by namespace and name.</summary>
/// <param name="Kind"><c>nodes</c> or <c>pods</c>.</param>
internal sealed record ObjectCursor(string Kind, ObjectKey Key)
{
    /// <summary>Names that Kubernetes takes are not longer.</summary>
    private const int Longest = 253;

    /// <summary>The place right behind an object; of a name that is too long for an address, behind all that begin alike.</summary>
    public static ObjectCursor Behind(string kind, ObjectKey key) => new(kind, new(Cut(key.Namespace), Cut(key.Name)));

    /// <summary>Null when it is none.</summary>
    public static ObjectCursor? Parse(string text) => text.Split('/') is [("nodes" or "pods") and var kind, var @namespace, var name]
        ? new(kind, new(Uri.UnescapeDataString(@namespace), Uri.UnescapeDataString(name)))
        : null;

    public bool IsBefore(string kind, ObjectKey key) =>
        string.CompareOrdinal(Kind, kind) is not 0 and var order ? order < 0 : Key.CompareTo(key) < 0;

    public override string ToString() => $"{Kind}/{Uri.EscapeDataString(Key.Namespace)}/{Uri.EscapeDataString(Key.Name)}";

    private static string Cut(string name) => name.Length <= Longest ? name : $"{name[..Longest]}\uffff";
}
