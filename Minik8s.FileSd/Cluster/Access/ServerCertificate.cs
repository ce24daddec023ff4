using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>Checks a server's certificate, and says what is wrong with it and what to do.</summary>
/// <param name="host">The name that it should be for.</param>
internal sealed class ServerCertificate(Trust trust, string host)
{
    private const X509ChainStatusFlags NoAuthority =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;

    /// <exception cref="AuthenticationException">It is refused; the text says why.</exception>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None || trust.IsSkipped ? true : throw new AuthenticationException(Problem(certificate as X509Certificate2, chain, errors));

    private string Problem(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "the server has shown no certificate; is this the port of an API server?";
        var elements = chain?.ChainElements.ToList() ?? [];
        if (With(NoAuthority) is not null)
        {
            return $"the server's certificate is from an unknown authority: {Name(certificate.IssuerName)} has issued it, which is not among those of {trust.Origin}; "
                + "name the file with its authority by --api.ca-file";
        }

        if (With(X509ChainStatusFlags.NotTimeValid) is { } late)
        {
            var what = late.Subject == certificate.Subject ? "the server's certificate" : $"the certificate of the server's authority {Name(late.SubjectName)}";
            return $"{what} is valid from {At(late.NotBefore)} to {At(late.NotAfter)} only: it has to be renewed, unless this machine's clock is wrong";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the server's certificate is not for {host} but for {Names(certificate)}; "
                + "take an address that is among them, or name one of them as tls-server-name in a kubeconfig";
        }

        var flags = string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? []);
        return $"the server's certificate is refused: {(flags.Length > 0 ? flags : errors)}";

        X509Certificate2? With(X509ChainStatusFlags flags) =>
            elements.Find(element => element.ChainElementStatus.Any(status => (status.Status & flags) != 0))?.Certificate
            ?? (chain?.ChainStatus.Any(status => (status.Status & flags) != 0) == true ? certificate : null);
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var all = names is null ? [] : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => $"{address}")).ToList();
        return all.Count == 0 ? "no name at all" : Printable.Of(string.Join(", ", all));
    }

    private static string Name(X500DistinguishedName name) => $"\"{Printable.Of(name.Name)}\"";

    private static string At(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
