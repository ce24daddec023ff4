using Minik8s.FileSd.Cluster.Access;

namespace Minik8s.FileSd.Scraping;

/// <summary>Where Prometheus is, and who is said to ask.</summary>
/// <param name="Url">Ends with a slash; without the user and the password that it was given with.</param>
/// <param name="Credential">These; null when there were none.</param>
internal sealed record PrometheusAddress(Uri Url, ICredential? Credential)
{
    /// <exception cref="FormatException">It is none; the text says what is wrong with it.</exception>
    public static PrometheusAddress Parse(string value)
    {
        const string example = "write it like http://127.0.0.1:9090";
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new FormatException($"is not an http or https address; {example}");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new FormatException($"has a query or a fragment; {example}");
        var bare = new UriBuilder(uri) { UserName = "", Password = "" };
        if (!bare.Path.EndsWith('/'))
            bare.Path += "/";
        if (uri.UserInfo.Split(':', 2) is not [{ Length: > 0 } user, .. var rest])
            return new(bare.Uri, null);
        return new(bare.Uri, FixedCredential.Basic(
            Uri.UnescapeDataString(user), Uri.UnescapeDataString(string.Concat(rest)), null, "--prometheus.url"));
    }

    public override string ToString() => Url.ToString();
}
