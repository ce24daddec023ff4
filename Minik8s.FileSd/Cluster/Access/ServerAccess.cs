using System.Security.Cryptography.X509Certificates;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>Where the server is, how it is trusted and what it is shown, as one reading of files says.</summary>
/// <param name="Server">Ends with a slash.</param>
/// <param name="Proxy">Stands between; null for what the environment says.</param>
internal sealed record ServerAccess(Uri Server, Trust Trust, Uri? Proxy, ICredential Credential);

/// <summary>What a server's certificate must be.</summary>
/// <param name="Authorities">One of them has issued it; null for those of the system.</param>
/// <param name="Origin">Where the authorities are from.</param>
/// <param name="IsSkipped">Any certificate will do.</param>
/// <param name="ServerName">The name it is for; null for that in the address.</param>
internal sealed record Trust(
    X509Certificate2Collection? Authorities, string Origin, bool IsSkipped = false, string? ServerName = null)
{
    public static Trust OfSystem { get; } = new(null, "this system");
}
