using Minik8s.ApiServer.Classic;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Faults;

/// <summary>A request as it came in, without its headers: tokens are not for keeping.</summary>
/// <param name="Resource"><c>pods</c>, <c>nodes</c>, ..; empty for paths that are about none.</param>
/// <param name="Name">The object's name; null for a collection.</param>
internal sealed record SeenRequest(
    DateTimeOffset At, string Method, string Path, IQueryCollection Query, string Resource, string? Name)
{
    public bool IsWatch => IsCollectionRead && ListOptions.Flag(Query, "watch") == true;

    public bool IsList => IsCollectionRead && !IsWatch;

    /// <summary>A watch that begins with a list.</summary>
    public bool IsStreamingList => IsWatch && ListOptions.Flag(Query, "sendInitialEvents") == true;

    private bool IsCollectionRead => Method == "GET" && Resource.Length > 0 && Name is null;

    public static SeenRequest Of(HttpContext http, DateTimeOffset at)
    {
        var path = http.Request.Path.Value ?? "/";
        var info = RequestInfo.Parse(path);
        var kind = info?.Kind ?? ClassicApi.KindOf(path);
        return new SeenRequest(at, http.Request.Method, path, http.Request.Query, kind?.Plural ?? "", info?.Name);
    }

    public override string ToString() => $"{Method} {Path}{QueryString.Create(Query)}";
}
