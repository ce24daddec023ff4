using k8s.KubeConfigModels;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>What a kubeconfig says of a user, as a credential. As for kubectl, a token file counts before a token, and data before files.</summary>
internal static class KubeconfigUser
{
    /// <exception cref="AccessException">Something in it is of no use.</exception>
    public static ICredential Read(KubeconfigFile file, User user, FileReadings files, KubeconfigEndpoint endpoint, TimeProvider time)
    {
        var origin = $"the user {Printable.Of(user.Name)} in the kubeconfig {file}";
        var credentials = user.UserCredentials ?? new UserCredentials();
        if (credentials.AuthProvider is { } provider)
            throw new AccessException($"{origin} has the auth-provider {Printable.Of(provider.Name ?? "")}; kubectl has none any more either: take its exec plugin");
        if (credentials.Impersonate is { Length: > 0 })
            throw new AccessException($"{origin} acts as another (\"as\"), which is not done here: take a user who may list and watch");

        var certificate = Certificate(credentials, file, files, origin);
        return credentials switch
        {
            _ when file.TokenFileOf(user.Name) is { } tokenFile => new TokenFileCredential(file.FullPath(tokenFile), certificate),
            { Token: { Length: > 0 } token } => FixedCredential.Token(token, certificate, origin),
            { UserName: { Length: > 0 } name } => FixedCredential.Basic(name, credentials.Password ?? "", certificate, origin),
            { ExternalExecution: { } exec } => new ExecCredential(ExecPlugin.Of(exec, file, origin, endpoint, time), certificate, time),
            _ when certificate is not null => FixedCredential.Of(certificate),
            _ => FixedCredential.None,
        };
    }

    private static ClientCertificate? Certificate(UserCredentials credentials, KubeconfigFile file, FileReadings files, string origin)
    {
        var pem = Part(credentials.ClientCertificateData, credentials.ClientCertificate, "client-certificate");
        var key = Part(credentials.ClientKeyData, credentials.ClientKey, "client-key");
        return (pem, key) switch
        {
            (null, null) => null,
            ({ } both, { } and) => ClientCertificate.Parse(both, and, credentials.ClientCertificateData is { Length: > 0 } ? origin : file.FullPath(credentials.ClientCertificate)),
            (null, _) => throw new AccessException($"{origin} has a client-key and no client-certificate"),
            (_, null) => throw new AccessException($"{origin} has a client-certificate and no client-key"),
        };

        byte[]? Part(string? data, string? path, string what) =>
            data is { Length: > 0 } ? Base64.Decode(data, $"{what}-data of {origin}")
            : path is { Length: > 0 } ? files.Read(file.FullPath(path), $"the {what}")
            : null;
    }
}
