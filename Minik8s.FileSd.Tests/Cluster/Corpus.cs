using System.Text;
using System.Text.Json.Nodes;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>Recorded lists and watches of one kind, each made so short that a great many can be read.</summary>
/// <param name="kind">As objects say it.</param>
/// <param name="file">Of the recordings of Minik8s servers: <c>nodes</c> or <c>pods</c>.</param>
internal sealed class Corpus(string kind, string file)
{
    public static readonly Corpus Nodes = new("Node", "nodes");
    public static readonly Corpus Pods = new("Pod", "pods");

    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    /// <summary>The first one has targets.</summary>
    public IReadOnlyList<byte[]> Lists(Dialect dialect) => dialect == Dialect.Kubernetes
        ? [.. Recorded().Chunk(1).Select(items => Bytes(new JsonObject
        {
            ["kind"] = $"{kind}List",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = "154", ["continue"] = "token" },
            ["items"] = new JsonArray([.. items.Select(item => item.DeepClone())]),
        }))]
        : [File.ReadAllBytes(Path.Combine(Root, "minik8s", "07-pods-running", $"{file}.json")), .. Files("envelopes"), .. Files("aliases")];

    public IReadOnlyList<byte[]> Watches(Dialect dialect) =>
    [
        .. Recorded().Chunk(2).Select(items => Encoding.UTF8.GetBytes(string.Join('\n', items.Select((item, i) => new JsonObject
        {
            [dialect == Dialect.Kubernetes ? "type" : "Type"] = i == 0 ? "MODIFIED" : "DELETED",
            ["object"] = item.DeepClone(),
        }.ToJsonString())))),
        Encoding.UTF8.GetBytes($$$$$"""{"type":"BOOKMARK","object":{"kind":"{{{{{kind}}}}}","metadata":{"resourceVersion":"168","creationTimestamp":null,"annotations":{"k8s.io/initial-events-end":"true"}}}}"""),
        Fixture.Body("watch-too-old.http"),
    ];

    /// <summary>Without what the API server says for itself alone; the first two are a target.</summary>
    private List<JsonNode> Recorded()
    {
        var items = (kind == "Node"
            ? JsonNode.Parse(Fixture.Bytes("kubernetes_sd/nodes.list.json"))!["items"]!.AsArray()
            : JsonNode.Parse(Fixture.Bytes("kubernetes_sd/pods.list.json"))!["items"]!.AsArray()).Select(item => item!).ToList();
        if (kind == "Pod")
            items.AddRange(JsonNode.Parse(Fixture.Body("list-page-1.http"))!["items"]!.AsArray().Select(item => item!));
        foreach (var item in items)
        {
            item["kind"] = kind;
            item["metadata"]!.AsObject().Remove("managedFields");
            item["spec"]?.AsObject().Remove("volumes");
            item["spec"]?.AsObject().Remove("tolerations");
            item["status"]?.AsObject().Remove("images");
        }

        return [.. items.OrderByDescending(item => item["status"]?["phase"]?.GetValue<string>() == "Running").ThenBy(item => item.ToJsonString().Length)];
    }

    private IEnumerable<byte[]> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Root, "dialects", folder), "*.json", SearchOption.AllDirectories)
        .Where(path => Path.GetFileNameWithoutExtension(path) == file || Path.GetFileName(Path.GetDirectoryName(path)) == file)
        .Order(StringComparer.Ordinal)
        .Select(File.ReadAllBytes).Where(bytes => bytes.Length < 3_000);

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
