namespace Minik8s.FileSd.Cluster.Access;

/// <summary>A bearer token in a file, read for each request: tokens are rotated under a running program.</summary>
internal sealed class TokenFileCredential(string path, ClientCertificate? certificate = null) : ICredential
{
    public async ValueTask<Presented> GetAsync(CancellationToken stop)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(path, stop)).Trim();
            var header = token.Length == 0 ? null : BearerToken.Header(token, $"the file {path}");
            return new Presented(header, certificate, header is null ? $"no token, for the file {path} is empty" : $"the bearer token of the file {path}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AccessException($"the token file {path} cannot be used: {fault.Message}", fault);
        }
    }

    public void Refused(Presented presented)
    {
    }
}
