using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A certificate with its key, by which the server knows who asks.</summary>
/// <param name="origin">Where it is from.</param>
internal sealed class ClientCertificate(SslStreamCertificateContext context, string origin) : IEquatable<ClientCertificate>
{
    public SslStreamCertificateContext Context => context;

    public DateTimeOffset ValidUntil => context.TargetCertificate.NotAfter;

    public string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"the client certificate {Printable.Of(context.TargetCertificate.Subject)} of {origin}, valid until {ValidUntil.UtcDateTime:yyyy-MM-dd HH:mm}Z");

    /// <param name="pem">It and those that lead from it to its authority.</param>
    /// <exception cref="AccessException">They are not what they should be.</exception>
    public static ClientCertificate Parse(byte[] pem, byte[] key, string origin)
    {
        try
        {
            var text = Encoding.ASCII.GetString(pem);
            var certificate = X509Certificate2.CreateFromPem(text, Encoding.ASCII.GetString(key));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            chain.RemoveAt(0);
            return new(SslStreamCertificateContext.Create(certificate, chain, offline: true), origin);
        }
        catch (InvalidOperationException fault)
        {
            // .NET looks for the user's own certificates, and fails where a user has neither a name nor HOME.
            throw new AccessException($"the client certificate of {origin} cannot be used: {fault.Message.TrimEnd('.')}; set HOME", fault);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new AccessException($"the client certificate of {origin} cannot be used: {fault.Message.TrimEnd('.')}", fault);
        }
    }

    public bool Equals(ClientCertificate? other) => other is not null && context.TargetCertificate.Equals(other.Context.TargetCertificate);

    public override bool Equals(object? obj) => Equals(obj as ClientCertificate);

    public override int GetHashCode() => context.TargetCertificate.GetHashCode();
}
