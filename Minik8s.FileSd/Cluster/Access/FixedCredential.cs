using System.Net.Http.Headers;
using System.Text;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A credential that stays what it is until the file in which it stands is read again; or none.</summary>
internal sealed class FixedCredential(Presented presented) : ICredential
{
    public const string NoneWords = "no credential";

    public static FixedCredential None { get; } = new(new Presented(null, null, NoneWords));

    /// <param name="holder">Whose token it is and where it stands.</param>
    public static FixedCredential Token(string token, ClientCertificate? certificate, string holder) =>
        new(new Presented(BearerToken.Header(token, holder), certificate, $"the bearer token of {holder}"));

    /// <param name="holder">Who it is and where that stands.</param>
    public static FixedCredential Basic(string user, string password, ClientCertificate? certificate, string holder) => new(new Presented(
        new AuthenticationHeaderValue("Basic", Convert.ToBase64String(new UTF8Encoding(false).GetBytes($"{user}:{password}"))),
        certificate,
        $"the user name and password of {holder}"));

    public static FixedCredential Of(ClientCertificate certificate) => new(new Presented(null, certificate, certificate.Words));

    public ValueTask<Presented> GetAsync(CancellationToken stop) => new(presented);

    public void Refused(Presented presented)
    {
    }
}
