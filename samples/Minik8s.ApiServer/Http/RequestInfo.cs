using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Http;

/// <summary>What a path under <c>/api/v1</c> is about.</summary>
/// <param name="Namespace">Null: all of them, or the kind has none.</param>
/// <param name="Name">Null: the collection.</param>
/// <param name="Subresource">Empty: the object itself.</param>
internal sealed record RequestInfo(ResourceKind Kind, string? Namespace, string? Name, string Subresource)
{
    /// <summary>Null for any path that is not about a known kind.</summary>
    public static RequestInfo? Parse(string path)
    {
        if (!path.StartsWith("/api/v1/", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = path["/api/v1/".Length..].TrimEnd('/').Split('/');
        string? @namespace = null;
        if (parts is ["namespaces", var space, _, ..] && parts[2] is not ("status" or "finalize"))
        {
            @namespace = space;
            parts = parts[2..];
        }

        return ResourceKind.Named(parts[0]) is not { } kind || (@namespace is not null && !kind.Namespaced) ? null
            : parts switch
            {
                [_] => new RequestInfo(kind, @namespace, null, ""),
                [_, var name] when !kind.Namespaced || @namespace is not null => new RequestInfo(kind, @namespace, name, ""),
                [_, var name, var sub] when !kind.Namespaced || @namespace is not null => new RequestInfo(kind, @namespace, name, sub),
                _ => null,
            };
    }
}
