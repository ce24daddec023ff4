using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Classic;

/// <summary>The metadata of an object, the only member there that begins with a small letter.</summary>
internal static class ClassicMetadata
{
    /// <summary>What a Go program says of a time that has not come.</summary>
    private const string Never = "0001-01-01T00:00:00Z";

    /// <param name="tree">The object as Kubernetes has it.</param>
    /// <param name="noLabels">What stands for none: nodes have an empty map, pods have null.</param>
    public static JsonObject From(StoredObject stored, JsonObject tree, string @namespace, JsonObject? noLabels) => new()
    {
        ["Name"] = stored.Name,
        ["Namespace"] = @namespace,
        ["UID"] = stored.Uid,
        ["Labels"] = stored.Labels is [] ? noLabels : tree["metadata"]!["labels"]!.DeepClone(),
        ["CreationTimestamp"] = ObjectJson.Text(tree, "metadata", "creationTimestamp") ?? Never,
        ["DeletionTimestamp"] = Never,
    };
}
