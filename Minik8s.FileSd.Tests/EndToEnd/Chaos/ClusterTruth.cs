using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>What the API server holds, as target files have to list it.</summary>
internal static class ClusterTruth
{
    /// <summary>In the order of the file.</summary>
    public static IEnumerable<ListedTarget> Of(ApiServerHost server, ResourceKind kind) => server.Store.Current.Of(kind).Select(stored =>
    {
        var status = JsonNode.Parse(stored.Json)!["status"]!;
        var address = kind == ResourceKind.Nodes ? $"{status["addresses"]![0]!["address"]}:9100" : $"{status["podIP"]}:2112";
        return new ListedTarget(address, stored.Name, int.Parse(stored.Label("rev")!, CultureInfo.InvariantCulture));
    });

    /// <summary>Whether both files list it, and nothing else.</summary>
    public static bool IsInFiles(TestCluster cluster) =>
        IsIn(cluster.NodesFile, cluster.Server, ResourceKind.Nodes) && IsIn(cluster.PodsFile, cluster.Server, ResourceKind.Pods);

    private static bool IsIn(string file, ApiServerHost server, ResourceKind kind) =>
        File.Exists(file) && ListedTarget.Read(file, out _).SequenceEqual(Of(server, kind));
}
