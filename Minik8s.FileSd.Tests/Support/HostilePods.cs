using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>
/// Pods whose owners are after something: another address, another's identity, the file, the log, a page, the memory or the
/// processor. As a server that validates nothing would tell them.
/// </summary>
internal static class HostilePods
{
    /// <summary>What a forged line of the log would hold, and nothing else does.</summary>
    public const string Forged = "FORGED";

    /// <summary>An address that no pod has.</summary>
    public const string Elsewhere = "127.9.9.9";

    private const string Escapes = "\u001b[2J\u001b]0;x\u0007\u0085\u2028\u202e\ufeff";
    private const string ForgedLine = $"x\r\n2026-01-01T00:00:00.000Z info: {Forged}\n{Escapes}";
    private const string ForgedGroup = $$$"""x"}},{"targets":["{{{Elsewhere}}}:1"],"labels":{"a":"b""";
    private const string Page = $"<script>alert('{Forged}')</script>\"'>";

    /// <summary>Each with a name of its own, in order; their addresses are of 127.7.0.0/16.</summary>
    public static IReadOnlyDictionary<string, JsonObject> All { get; } = Make().Select((pod, i) => (pod.Name, Object: With(pod.Change, pod.Name, i)))
        .ToDictionary(pod => pod.Name, pod => pod.Object);

    private static IEnumerable<(string Name, Action<JsonObject> Change)> Make() =>
    [
        ("labels-of-prometheus", pod => Map(pod, "labels",
            ("__address__", $"{Elsewhere}:1"), ("job", "nodes"), ("instance", "good"), ("namespace", "default"), ("pod", "good"), ("container", "good"), ("node", "good"),
            ("__scheme__", "ftp"), ("__meta_filepath", "x"), ("__meta_kubernetes_pod_name", "good"), ("__name__", "up"))),
        ("annotations-of-prometheus", pod => Map(pod, "annotations",
            ("prometheus.io/__address__", $"{Elsewhere}:1"), ("prometheus.io/address", $"{Elsewhere}:1"), ("prometheus.io/job", "nodes"), ("prometheus.io/instance", "good"),
            ("prometheus.io/honor_labels", "true"), ("prometheus.io/param.__address__", $"{Elsewhere}:1"), ("prometheus.io/param.x y", "1"), ("prometheus.io/param.", "1"))),
        ("port-elsewhere", pod =>
        {
            Map(pod, "annotations", ("prometheus.io/port", $"{Elsewhere}:80,@{Elsewhere},80/x,2113"));
            Port(pod)["name"] = "http";
        }),
        ("scheme-elsewhere", pod => Map(pod, "annotations", ("prometheus.io/scheme", $"http://{Elsewhere}/"), ("prometheus.io/path", $"http://{Elsewhere}/"))),
        ("path-elsewhere", pod => Map(pod, "annotations", ("prometheus.io/path", $"//{Elsewhere}:1/@{Elsewhere}#"), ("prometheus.io/scheme", "HTTPS"))),
        ("path-with-a-line", pod => Map(pod, "annotations", ("prometheus.io/path", $"/x HTTP/1.1\r\nHost: {Elsewhere}"))),
        ("too-often", pod => Map(pod, "annotations", ("prometheus.io/interval", "1ms"), ("prometheus.io/timeout", "1ms"))),
        ("duration-of-ages", pod => Map(pod, "annotations", ("prometheus.io/interval", "99999999999y"), ("prometheus.io/timeout", new string('9', 100_000) + "s"))),
        ("forged-group", pod =>
        {
            Map(pod, "labels", (ForgedGroup, ForgedGroup));
            Map(pod, "annotations", ("prometheus.io/param.x", ForgedGroup), ($"prometheus.io/param.{ForgedGroup}", "x"));
            Spec(pod)["nodeName"] = ForgedGroup;
            Container(pod)["name"] = ForgedGroup;
            Container(pod)["image"] = ForgedGroup;
        }),
        ("forged-line", pod =>
        {
            Map(pod, "labels", (ForgedLine, ForgedLine));
            Map(pod, "annotations", [.. new[] { "scrape", "path", "scheme", "interval", "timeout", $"param.{ForgedLine}" }.Select(name => ($"prometheus.io/{name}", ForgedLine))]);
        }),
        ("forged-line-not-a-target", pod => Port(pod)["name"] = ForgedLine),
        ("forged-phase", pod => Status(pod)["phase"] = ForgedLine),
        ("page", pod =>
        {
            Map(pod, "labels", (Page, Page));
            Map(pod, "annotations", ("prometheus.io/scrape", Page), ("prometheus.io/path", Page));
        }),
        ($"name{ForgedLine}{Page}", pod => Map(pod, "annotations", ("prometheus.io/scrape", "x"))),
        ("collisions", pod => Map(pod, "labels", [.. Enumerable.Range(0, 5_000).Select(i => ($"{(char)(0x4e00 + i)}", "x"))])),
        ("giant-label", pod => Map(pod, "labels", ("a-giant", new string('x', 1_000_000)), ("tiny", "1"))),
        ("many-labels", pod => Map(pod, "labels", [.. Enumerable.Range(0, 20_000).Select(i => ($"k{i}", "x"))])),
        ("labels-to-be-escaped", pod => Map(pod, "labels", [.. Enumerable.Range(0, 100).Select(i => ($"k{i}", new string('\u0001', 1_000)))])),
        ("many-parameters", pod => Map(pod, "annotations", [.. Enumerable.Range(0, 10_000).Select(i => ($"prometheus.io/param.p{i}", "x"))])),
        ("many-ports", pod => Container(pod)["ports"] = new JsonArray(
            [.. Enumerable.Range(1, 20_000).Select(i => new JsonObject { ["name"] = "prometheus", ["containerPort"] = i })])),
        ("many-containers", pod =>
        {
            Spec(pod)["containers"] = new JsonArray([.. Enumerable.Range(0, 20_000).Select(i => new JsonObject { ["name"] = $"c{i}" }), Container(pod).DeepClone()]);
            Status(pod)["containerStatuses"] = new JsonArray([.. Enumerable.Range(0, 20_000).Select(i => new JsonObject { ["name"] = $"c{20_000 - i}" })]);
        }),
        ("many-annotated-ports", pod =>
        {
            Map(pod, "annotations", ("prometheus.io/port", string.Join(',', Enumerable.Range(1, 40_000))));
            Port(pod)["name"] = "http";
        }),
        ("long-values", pod =>
        {
            Container(pod)["image"] = new string('x', 100_000);
            Spec(pod)["nodeName"] = new string('n', 100_000);
            pod["metadata"]!["uid"] = new string('u', 100_000);
            pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = new string('k', 100_000), ["name"] = new string('o', 100_000), ["controller"] = true });
        }),
        ("long-container", pod => Container(pod)["name"] = new string('c', 100_000)),
        (new string('p', 100_000), _ => { }),
        ("everywhere", pod => Status(pod)["podIP"] = "0.0.0.0"),
        ("everywhere-v6", pod => Status(pod)["podIP"] = "::"),
        ("everywhere-mapped", pod => Status(pod)["podIP"] = "::ffff:0.0.0.0"),
        ("everybody", pod => Status(pod)["podIP"] = "224.0.0.1"),
        ("address-with-a-path", pod => Status(pod)["podIP"] = $"{Elsewhere}:80/x?"),
        ("address-by-name", pod => Status(pod)["podIP"] = "localhost"),
        ("address-of-another-base", pod => Status(pod)["podIP"] = "0x7f.1"),
    ];

    private static JsonObject With(Action<JsonObject> change, string name, int i)
    {
        var pod = Pod(name, $"127.7.{i / 250}.{1 + (i % 250)}");
        change(pod);
        return pod;
    }

    /// <summary>One that is after nothing.</summary>
    public static JsonObject Pod(string name, string address) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["labels"] = new JsonObject { ["log"] = "prometheus" }, ["annotations"] = new JsonObject() },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = "worker-1",
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "app",
                ["image"] = "app:1",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "prometheus", ["containerPort"] = 2112 }),
            }),
        },
        ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = address },
    };

    private static void Map(JsonObject pod, string map, params (string Key, string Value)[] entries)
    {
        foreach (var (key, value) in entries)
            pod["metadata"]![map]![key] = value;
    }

    private static JsonObject Spec(JsonObject pod) => (JsonObject)pod["spec"]!;

    private static JsonObject Status(JsonObject pod) => (JsonObject)pod["status"]!;

    private static JsonObject Container(JsonObject pod) => (JsonObject)pod["spec"]!["containers"]!.AsArray()[0]!;

    private static JsonObject Port(JsonObject pod) => (JsonObject)Container(pod)["ports"]!.AsArray()[0]!;
}
