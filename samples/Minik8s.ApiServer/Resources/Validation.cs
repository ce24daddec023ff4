using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Resources;

/// <summary>What must hold of any object that is written: the names and labels. Specs are taken as they come.</summary>
internal static class Validation
{
    /// <exception cref="StatusException">422 with a cause for each fault.</exception>
    public static void Check(ResourceKind kind, JsonObject tree)
    {
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

        if (causes.Count > 0)
        {
            throw new StatusException(Status.Invalid(kind.Kind, name, causes));
        }
    }

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
