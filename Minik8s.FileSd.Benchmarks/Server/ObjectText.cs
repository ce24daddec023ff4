using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Benchmarks.Server;

/// <summary>
/// Pods and nodes as a real API server writes them, with all that the daemon does not read (<c>pod.json</c> and
/// <c>node.json</c> beside this file): some 5 KB each, of which a good part is <c>managedFields</c>.
/// </summary>
internal static class ObjectText
{
    private static readonly string RunningPod = Template("pod.json", _ => { });

    private static readonly string EndingPod = Template("pod.json", pod =>
    {
        pod["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        pod["metadata"]!["deletionGracePeriodSeconds"] = 30;
    });

    private static readonly string YoungPod = Template("pod.json", pod =>
    {
        pod["spec"]!.AsObject().Remove("nodeName");
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = "Burstable" };
    });

    private static readonly string ReadyNode = Template("node.json", _ => { });

    /// <param name="name">With a <c>-</c> behind the name of its application.</param>
    /// <param name="address">Null for a pod that has none yet.</param>
    /// <param name="revision">A label that the target has as well.</param>
    /// <param name="isEnding">It has been asked to end.</param>
    public static byte[] Pod(string @namespace, string name, string? address, string node, long version, long revision, bool isEnding = false) => Filled(
        address is null ? YoungPod : isEnding ? EndingPod : RunningPod, name, version,
        ("$NAMESPACE", @namespace), ("$APP", name[..name.IndexOf('-')]), ("$NODE", node), ("$ADDRESS", address ?? ""), ("$REVISION", $"{revision}"));

    public static byte[] Node(string name, string address, long version) => Filled(ReadyNode, name, version, ("$ADDRESS", address));

    private static byte[] Filled(string template, string name, long version, params ReadOnlySpan<(string Place, string Value)> values)
    {
        var hex = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)));
        var text = new StringBuilder(template)
            .Replace("$UID", $"{hex[..8]}-{hex[8..12]}-4{hex[13..16]}-a{hex[17..20]}-{hex[20..32]}")
            .Replace("$HEX", hex)
            .Replace("$VERSION", $"{version}");
        foreach (var (place, value) in values)
            text.Replace(place, value);
        return Encoding.ASCII.GetBytes(text.Replace("$NAME", name).ToString());
    }

    private static string Template(string file, Action<JsonNode> change)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        var item = JsonNode.Parse(stream)!;
        change(item);
        return item.ToJsonString(new JsonSerializerOptions { WriteIndented = false, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
