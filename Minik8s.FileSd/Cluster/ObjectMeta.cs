namespace Minik8s.FileSd.Cluster;

// Records of this folder are shaped as the Kubernetes API writes them, reduced to the fields that are read here.
// The API leaves out what is empty, so whatever may be missing is nullable.

/// <summary>What an API server lists and watches.</summary>
internal interface IResource
{
    ObjectMeta Metadata { get; }
}

internal sealed record ObjectMeta(
    string? Name,
    string? Namespace = null,
    string? Uid = null,
    string? ResourceVersion = null,
    IReadOnlyDictionary<string, string>? Labels = null,
    IReadOnlyDictionary<string, string>? Annotations = null,
    IReadOnlyList<OwnerReference>? OwnerReferences = null,
    string? CreationTimestamp = null,
    string? DeletionTimestamp = null)
{
    public ObjectKey Key => new(Namespace ?? "", Name ?? "");
}

internal static class PresentExtensions
{
    /// <summary>The elements of an array that may be missing and, from a sloppy server, may hold nulls.</summary>
    public static IReadOnlyList<T> Present<T>(this IReadOnlyList<T>? items)
        where T : class =>
        items is null ? [] : items.Contains(null!) ? [.. items.Where(item => item is not null)] : items;
}

internal sealed record OwnerReference(string? Kind, string? Name, bool? Controller);

internal sealed record Condition(string? Type, string? Status);
