using System.Net;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>What the sandbox reads of a node.</summary>
internal sealed record NodeObject(string Name, string Uid, IPAddress? InternalIP)
{
    public static NodeObject From(JsonObject node) => new(
        node["metadata"]!["name"]!.GetValue<string>(),
        node["metadata"]!["uid"]!.GetValue<string>(),
        node["status"]?["addresses"]?.AsArray()
            .Where(address => address?["type"]?.GetValue<string>() == "InternalIP")
            .Select(address => IPAddress.Parse(address!["address"]!.GetValue<string>()))
            .FirstOrDefault());
}
