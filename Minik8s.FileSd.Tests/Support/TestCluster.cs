using System.Text.Json.Nodes;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>A real API server, its objects, and a folder for target files.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private TestCluster(ApiServerHost server) => Server = server;

    public ApiServerHost Server { get; }

    public string Folder => _folder.Path;

    public string NodesFile => _folder["nodes.json"];

    public string PodsFile => _folder["pods.json"];

    public static async Task<TestCluster> StartAsync(ApiServerOptions? options = null) =>
        new(await ApiServerHost.StartAsync(options));

    public void AddNode(string name, string address) => Server.Registry.Create(ResourceKind.Nodes, "", new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["status"] = new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address }),
        },
    });

    /// <summary>A running pod with a port named <c>prometheus</c>.</summary>
    public void AddPod(string name, string address, string log = "prometheus", string portName = "prometheus") =>
        Server.Registry.Create(ResourceKind.Pods, "default", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["log"] = log } },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = "worker-1",
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "app",
                    ["image"] = "app:1",
                    ["ports"] = new JsonArray(new JsonObject { ["name"] = portName, ["containerPort"] = 2112 }),
                }),
            },
            ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = address },
        });

    public void DeletePod(string name) => Server.Deletion.Delete(
        ResourceKind.Pods, "default", name, DeleteOptions.Forced);

    /// <summary>The addresses that a target file says, in its order; null while there is no file.</summary>
    public static string[]? Targets(string file) => File.Exists(file)
        ? [.. JsonNode.Parse(File.ReadAllText(file))!.AsArray().Select(group => group!["targets"]![0]!.GetValue<string>())]
        : null;

    public static Task UntilTargets(string file, params string[] addresses) =>
        Eventually.Holds(() => Targets(file)?.SequenceEqual(addresses) == true, $"{Path.GetFileName(file)} says {string.Join(' ', addresses)}");

    /// <summary>Content and time of both files, by which one sees whether they were touched.</summary>
    public (string, DateTime, string, DateTime) Stamp() => (
        File.ReadAllText(NodesFile), File.GetLastWriteTimeUtc(NodesFile),
        File.ReadAllText(PodsFile), File.GetLastWriteTimeUtc(PodsFile));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
