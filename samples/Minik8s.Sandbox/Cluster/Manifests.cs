using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Cluster;

/// <summary>The objects that the sandbox creates.</summary>
internal static class Manifests
{
    public const int AppPort = 2112;

    public static JsonObject Node(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = name },
    };

    /// <summary>A pod as the daemon looks for it: labelled <c>log=prometheus</c>, with a port named <c>prometheus</c>.</summary>
    public static JsonObject Pod(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject { ["app"] = "metrics-app", ["log"] = "prometheus" },
        },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "app",
                ["image"] = "minik8s/metrics-app",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "prometheus", ["containerPort"] = AppPort }),
            }),
        },
    };

    public static JsonObject PodOn(string node, string name)
    {
        var pod = Pod(name);
        pod["spec"]!["nodeName"] = node;
        return pod;
    }

    public static JsonObject ForcedDeletion(string uid) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "DeleteOptions",
        ["gracePeriodSeconds"] = 0,
        ["preconditions"] = new JsonObject { ["uid"] = uid },
    };
}
