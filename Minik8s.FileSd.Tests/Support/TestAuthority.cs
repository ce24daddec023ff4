using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>A certificate authority that lives as long as a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly Oid ForClients = new("1.3.6.1.5.5.7.3.2");

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name = "test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(1));
    }

    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate for 127.0.0.1 for whose authority nobody asks.</summary>
    public static X509Certificate2 IssueOne()
    {
        using var authority = new TestAuthority();
        return authority.Issue("127.0.0.1");
    }

    /// <summary>A server's certificate with its key.</summary>
    /// <param name="name">An IP address, or a DNS name.</param>
    /// <param name="isExpired">Since an hour ago.</param>
    public X509Certificate2 Issue(string name, bool isExpired = false)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        return Issue("test server", names.Build(), isExpired);
    }

    /// <summary>A client's certificate with its key.</summary>
    public X509Certificate2 IssueClient(string name, bool isExpired = false) =>
        Issue(name, new X509EnhancedKeyUsageExtension([ForClients], false), isExpired);

    /// <summary>A certificate and its key as PEM.</summary>
    public static (string Certificate, string Key) Pems(X509Certificate2 certificate) =>
        (certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string name, X509Extension extension, bool isExpired)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(extension);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(
            _certificate, now.AddDays(-1), isExpired ? now.AddHours(-1) : now.AddHours(12), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
