using System.Net;
using Minik8s.Sandbox.Cluster;

namespace Minik8s.Sandbox;

/// <summary>Adds and removes objects of a sandbox that runs in another terminal.</summary>
internal static class ChangeCommand
{
    public static Task<int> AddNodeAsync(IPEndPoint server, string name, CancellationToken cancellationToken) => CallAsync(
        server,
        $"node {name} created",
        Post(server, "nodes", Manifests.Node(name).ToJsonString()),
        api => api.CreateAsync("nodes", Manifests.Node(name), cancellationToken));

    public static Task<int> RemoveNodeAsync(IPEndPoint server, string name, CancellationToken cancellationToken) => CallAsync(
        server,
        $"node {name} deleted",
        $"kubectl --server=http://{server} delete node {name}",
        api => api.DeleteAsync(ApiClient.NodePath(name), cancellationToken));

    public static Task<int> AddPodAsync(
        IPEndPoint server, string @namespace, string name, CancellationToken cancellationToken) => CallAsync(
            server,
            $"pod {@namespace}/{name} created",
            Post(server, $"namespaces/{@namespace}/pods", Manifests.Pod(name).ToJsonString()),
            api => api.CreateAsync($"namespaces/{@namespace}/pods", Manifests.Pod(name), cancellationToken));

    public static Task<int> RemovePodAsync(
        IPEndPoint server, string @namespace, string name, CancellationToken cancellationToken) => CallAsync(
            server,
            $"pod {@namespace}/{name} deleted",
            $"kubectl --server=http://{server} --namespace={@namespace} delete pod {name}",
            api => api.DeleteAsync(ApiClient.PodPath(@namespace, name), cancellationToken));

    private static string Post(IPEndPoint server, string collection, string manifest) =>
        $"curl -X POST -H 'Content-Type: application/json' http://{server}/api/v1/{collection} -d '{manifest}'";

    private static async Task<int> CallAsync(IPEndPoint server, string done, string same, Func<ApiClient, Task> call)
    {
        using var api = new ApiClient(server);
        try
        {
            await call(api);
            Console.WriteLine($"{done}. The same by hand:");
            Console.WriteLine("  " + same);
            return 0;
        }
        catch (ApiException refusal)
        {
            throw new SandboxException(refusal.Message);
        }
        catch (HttpRequestException fault)
        {
            throw new SandboxException(
                $"No sandbox answers on http://{server} ({fault.Message}). "
                + "Start one, or say with --api where it is.", SandboxException.NotRunning);
        }
    }
}
