using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>What a kubeconfig says of a cluster.</summary>
/// <param name="AuthorityData">The authorities' PEM; null for those of the system.</param>
internal sealed record KubeconfigEndpoint(Uri Server, Trust Trust, Uri? Proxy, byte[]? AuthorityData)
{
    /// <exception cref="AccessException">Something in it is of no use.</exception>
    public static KubeconfigEndpoint Read(KubeconfigFile file, k8s.KubeConfigModels.Cluster cluster, FileReadings files)
    {
        var origin = $"the cluster {Printable.Of(cluster.Name)} in the kubeconfig {file}";
        var endpoint = cluster.ClusterEndpoint ?? throw new AccessException($"{origin} says nothing");
        var server = Address(endpoint.Server ?? "", $"the server of {origin}");
        var (authorities, authoritiesOrigin) = endpoint switch
        {
            { CertificateAuthorityData: { Length: > 0 } data } => (Base64.Decode(data, $"certificate-authority-data of {origin}"), origin),
            { CertificateAuthority: { Length: > 0 } named } when file.FullPath(named) is var path => (files.Read(path, "the file of authorities"), path),
            _ => (null, ""),
        };
        var trust = authorities is null ? Trust.OfSystem : Authorities.Of(authorities, authoritiesOrigin);
        return new(
            server,
            trust with { IsSkipped = endpoint.SkipTlsVerify, ServerName = endpoint.TlsServerName is { Length: > 0 } name ? name : null },
            file.ProxyOf(cluster.Name) is { } proxy ? ProxyAddress(proxy, $"the proxy-url of {origin}") : null,
            authorities);
    }

    /// <summary>As an exec plugin is told it.</summary>
    public ExecCluster ForPlugin() => new(
        Server.AbsoluteUri, Trust.ServerName, Trust.IsSkipped ? true : null, AuthorityData, Proxy?.AbsoluteUri);

    private static Uri Address(string value, string what)
    {
        try
        {
            return ServerAddress.Parse(value);
        }
        catch (FormatException fault)
        {
            throw new AccessException($"{what} {fault.Message}", fault);
        }
    }

    private static Uri ProxyAddress(string value, string what) =>
        Uri.TryCreate(value, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw new AccessException($"{what} is not an http, https or socks5 address");
}

/// <summary>The cluster in the words of the exec plugins' protocol.</summary>
internal sealed record ExecCluster(
    [property: JsonPropertyName("server")] string Server,
    [property: JsonPropertyName("tls-server-name")] string? ServerName,
    [property: JsonPropertyName("insecure-skip-tls-verify")] bool? IsSkipped,
    [property: JsonPropertyName("certificate-authority-data")] byte[]? Authorities,
    [property: JsonPropertyName("proxy-url")] string? Proxy);
