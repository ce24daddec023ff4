using System.Collections;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>What Kubernetes gives to a program in a pod: the server's address in the environment, a token and an authority in a folder.</summary>
internal static class InCluster
{
    /// <summary>Where every pod has them, unless it wants none.</summary>
    public const string StandardFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <returns>Null when this is no pod, or one without a token.</returns>
    public static FoundAccess? Find(IDictionary environment, string folder)
    {
        var (token, authority) = (Path.Combine(folder, "token"), Path.Combine(folder, "ca.crt"));
        if (environment["KUBERNETES_SERVICE_HOST"] is not string { Length: > 0 } host
            || environment["KUBERNETES_SERVICE_PORT"] is not string { Length: > 0 } port
            || !File.Exists(token) || !File.Exists(authority))
        {
            return null;
        }

        var address = $"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}/";
        return new FoundAccess(
            $"the service account of this pod, {folder}",
            files => new ServerAccess(
                Uri.TryCreate(address, UriKind.Absolute, out var server)
                    ? server
                    : throw new AccessException("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are no address; name the server by --api.server"),
                Authorities.Read(authority, files),
                Proxy: null,
                new TokenFileCredential(token)));
    }
}
