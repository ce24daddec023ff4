namespace Minik8s.FileSd.Cluster;

/// <summary>Where a server has pointed to instead of answering.</summary>
internal static class Redirect
{
    /// <returns>With a space before it, or empty. A query, a fragment and a user's name are left out, for they may hold a secret.</returns>
    public static string Words(HttpResponseMessage response) =>
        response.Headers.Location is { } location && Uri.TryCreate(response.RequestMessage!.RequestUri!, location, out var target)
            ? $" to {target.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}, which is not followed"
            : "";
}
