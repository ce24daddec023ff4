using System.Net;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>What the sandbox reads of a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its identity: a node that is created again under the same name is another one.</param>
/// <param name="InternalIP">The address it asks for; null: any of the range.</param>
/// <param name="Problem">Why the sandbox can do nothing with it; null when it can.</param>
internal sealed record NodeObject(string Name, string Uid, IPAddress? InternalIP, string? Problem = null)
{
    public static NodeObject From(JsonObject node)
    {
        var name = node["metadata"]!["name"]!.GetValue<string>();
        var uid = node["metadata"]!["uid"]!.GetValue<string>();
        var addresses = (node["status"] as JsonObject)?["addresses"] as JsonArray ?? [];
        var given = addresses.OfType<JsonObject>().FirstOrDefault(address => Json.Text(address["type"]) == "InternalIP");
        if (given is null)
        {
            return new NodeObject(name, uid, null);
        }

        // A node_exporter on any other address would be everybody's business, or nobody's.
        return IPAddress.TryParse(Json.Text(given["address"]), out var address) && Loopback.Contains(address)
            ? new NodeObject(name, uid, address)
            : new NodeObject(name, uid, null, $"its InternalIP {Json.Shown(given["address"])} is not one of 127.0.0.0/8");
    }
}
