namespace Minik8s.FileSd.Cluster.Access;

internal static class ServerAddress
{
    /// <returns>The address with a slash at its end.</returns>
    /// <exception cref="FormatException">It is none; the text says what is wrong with it.</exception>
    public static Uri Parse(string value)
    {
        const string example = "write it like https://10.0.0.1:6443";
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new FormatException($"is not an http or https address; {example}");
        if (uri.UserInfo.Length > 0)
            throw new FormatException("contains credentials; put a token into a file and name it by --api.token-file");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new FormatException($"has a query or a fragment; {example}");
        return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
    }
}
