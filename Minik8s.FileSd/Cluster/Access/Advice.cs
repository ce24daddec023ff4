using System.Net;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>What to do when the server refuses a request: the part of a fault's text that its status does not say.</summary>
internal static class Advice
{
    /// <returns>With a separator before it, or empty.</returns>
    public static string For(HttpStatusCode code, HttpRequestMessage request) => code switch
    {
        HttpStatusCode.Unauthorized => $"; it was shown {Shown(request)}{Remedy(request)}",
        HttpStatusCode.Forbidden => $"; who asks ({Shown(request)}) may not {Verb(request)} {Grant(request)}",
        _ => "",
    };

    private static string Shown(HttpRequestMessage request) =>
        request.Options.TryGetValue(AccessHandler.Shown, out var words) ? words : FixedCredential.NoneWords;

    private static string Remedy(HttpRequestMessage request) =>
        request.Headers.Authorization is null && Shown(request) == FixedCredential.NoneWords
            ? ": give it one by --api.token-file or --api.kubeconfig"
            : ", which is expired, revoked or of another cluster: put a valid one in its place, and it is taken without a restart";

    private static string Verb(HttpRequestMessage request) =>
        request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal) ? "watch" : "list";

    /// <summary>The resource and the namespace stand in the path, where Kubernetes' own authorizer reads them.</summary>
    private static string Grant(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [.., "api", "v1", "namespaces", var name, var resource] => $"{resource} in the namespace {name}: grant it a Role{Rule(resource)}",
            [.., "api", "v1", var resource] => $"{resource}: grant it a ClusterRole{Rule(resource)}",
            _ => "this",
        };

    private static string Rule(string resource) =>
        $" with the rule {{apiGroups: [\"\"], resources: [\"{resource}\"], verbs: [\"list\", \"watch\"]}}";
}
