using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>The authorities that may have issued a server's certificate.</summary>
internal static class Authorities
{
    /// <exception cref="FormatException">It holds no certificates.</exception>
    public static X509Certificate2Collection Parse(byte[] pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException fault)
        {
            throw new FormatException($"is not a PEM file of certificates: {fault.Message}");
        }

        return authorities.Count > 0 ? authorities : throw new FormatException("holds no certificate in PEM format");
    }

    /// <exception cref="AccessException">The file cannot be read, or holds no certificates.</exception>
    public static Trust Read(string path, FileReadings files) => Of(files.Read(path, "the file of authorities"), path);

    /// <exception cref="AccessException">They are no certificates.</exception>
    public static Trust Of(byte[] pem, string origin)
    {
        try
        {
            return new Trust(Parse(pem), origin);
        }
        catch (FormatException fault)
        {
            throw new AccessException($"the authorities of {origin} cannot be used: it {fault.Message.TrimEnd('.')}", fault);
        }
    }
}
