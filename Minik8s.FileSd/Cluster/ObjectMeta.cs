using System.Text.Json;

namespace Minik8s.FileSd.Cluster;

// Records of this folder are shaped as the Kubernetes API writes them, reduced to the fields that are read here.
// The API leaves out what is empty, so whatever may be missing is nullable.

/// <summary>What an API server lists and watches.</summary>
internal interface IResource
{
    ObjectMeta Metadata { get; }

    /// <summary>By which objects of this kind are told apart.</summary>
    ObjectKey Key => Metadata.Key;

    /// <summary>Whether the namespace is a part of the key.</summary>
    static abstract bool HasNamespace { get; }

    /// <summary>What is wrong with an object that could not be decoded, and of which only its identity is told; else null.</summary>
    string? Undecodable { get; }

    /// <summary>An object of this kind that could not be decoded.</summary>
    static abstract IResource NotDecoded(ObjectMeta metadata, string why);

    /// <summary>Reads an object at whose first token the reader stands. Null for a null.</summary>
    /// <exception cref="Exception">JsonException, InvalidOperationException or FormatException: a value is not what it should be.</exception>
    static abstract IResource? Read(ref Utf8JsonReader json);
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
    /// <summary>Kubernetes allows no longer names of nodes and pods, nor of namespaces.</summary>
    private const int LongestName = 253;
    private const int LongestNamespace = 63;

    /// <summary>Versions are opaque. Those of real servers have some twenty digits, and all must fit into a request's address.</summary>
    public const int LongestVersion = 1024;

    public ObjectKey Key => new(Namespace ?? "", Name ?? "");

    /// <summary>Whether it is that of an object which is kept.</summary>
    public bool IsUsable => Name is { Length: > 0 and <= LongestName } && Namespace is not { Length: > LongestNamespace }
        && ResourceVersion is not { Length: > LongestVersion };
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
