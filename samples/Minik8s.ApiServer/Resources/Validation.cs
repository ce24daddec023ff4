using System.Text;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Resources;

/// <summary>
/// What must hold of any object that is written: its shape, as far as somebody here reads it, its names and labels. The
/// rest of a spec is taken as it comes.
/// </summary>
internal static class Validation
{
    /// <summary>How much the keys and values of all annotations of an object may weigh together, in bytes of UTF-8.</summary>
    private const int MaxAnnotations = 256 * 1024;

    /// <exception cref="StatusException">400 for a wrong shape, 422 with a cause for each other fault.</exception>
    public static void Check(ResourceKind kind, JsonObject tree)
    {
        CheckShape(tree);
        var metadata = ObjectJson.Member(tree, "metadata");
        var name = ObjectJson.Text(metadata, "name") ?? "";
        var causes = new List<StatusCause>();
        if (name.Length == 0)
        {
            causes.Add(new("FieldValueRequired", "Required value: name or generateName is required", "metadata.name"));
        }
        else if (kind == ResourceKind.Namespaces ? !Names.IsLabel(name) : !Names.IsSubdomain(name))
        {
            causes.Add(Bad("metadata.name", name,
                kind == ResourceKind.Namespaces ? Names.LabelRule : Names.SubdomainRule));
        }

        if (kind.Namespaced && ObjectJson.Text(metadata, "namespace") is { } space && !Names.IsLabel(space))
        {
            causes.Add(Bad("metadata.namespace", space, Names.LabelRule));
        }

        foreach (var member in (string[])["labels", "annotations"])
        {
            CheckMap(metadata[member], "metadata." + member, values: member == "labels", causes);
        }

        if (metadata["annotations"] is JsonObject annotations && annotations.Sum(Weight) > MaxAnnotations)
        {
            causes.Add(new("FieldValueTooLong", $"Too long: may not be more than {MaxAnnotations} bytes", "metadata.annotations"));
        }

        if (causes.Count > 0)
        {
            throw new StatusException(Status.Invalid(kind.Kind, name, causes));
        }
    }

    private static void CheckShape(JsonObject tree)
    {
        if (ObjectJson.Depth(tree) > ObjectJson.MaxDepth)
        {
            throw new StatusException(Status.BadRequest($"the object is nested deeper than {ObjectJson.MaxDepth}"));
        }

        var (spec, status) = (ObjectOrNull(tree, "spec"), ObjectOrNull(tree, "status"));
        foreach (var container in ObjectsOf(spec, "spec", "containers").Concat(ObjectsOf(spec, "spec", "initContainers")))
        {
            ObjectsOf(container, "container", "ports");
        }

        foreach (var list in (string[])["conditions", "addresses", "containerStatuses"])
        {
            ObjectsOf(status, "status", list);
        }
    }

    private static JsonObject? ObjectOrNull(JsonObject tree, string name) => tree[name] is null ? null : ObjectJson.Member(tree, name);

    private static IEnumerable<JsonObject> ObjectsOf(JsonObject? parent, string field, string name) => parent?[name] switch
    {
        null => [],
        JsonArray list when list.All(element => element is JsonObject) => list.Cast<JsonObject>(),
        _ => throw new StatusException(Status.BadRequest($"{field}.{name}: expected a list of objects")),
    };

    private static int Weight(KeyValuePair<string, JsonNode?> annotation) =>
        Encoding.UTF8.GetByteCount(annotation.Key) + Encoding.UTF8.GetByteCount(ObjectJson.Text(annotation.Value) ?? "");

    private static void CheckMap(JsonNode? map, string field, bool values, List<StatusCause> causes)
    {
        if (map is null)
        {
            return;
        }

        if (map is not JsonObject entries)
        {
            throw new StatusException(Status.BadRequest($"{field}: expected a map of strings"));
        }

        foreach (var (key, node) in entries)
        {
            if (node is not null && ObjectJson.Text(node) is null)
            {
                throw new StatusException(Status.BadRequest($"{field}: the value of \"{key}\" is not a string"));
            }

            if (!Names.IsLabelKey(values ? key : key.ToLowerInvariant()))
            {
                causes.Add(Bad(field, key, Names.QualifiedNameRule));
            }

            if (values && ObjectJson.Text(node) is { } value && !Names.IsLabelValue(value))
            {
                causes.Add(Bad(field, value, Names.LabelValueRule));
            }
        }
    }

    private static StatusCause Bad(string field, string value, string rule) =>
        new("FieldValueInvalid", $"Invalid value: \"{value}\": {rule}", field);
}
