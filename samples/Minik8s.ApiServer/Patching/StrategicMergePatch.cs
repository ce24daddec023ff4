using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Patching;

/// <summary>
/// Kubernetes' strategic merge patch: like a merge patch, but the well-known lists are merged element by element, by the
/// member that names an element, and directives delete, replace and order.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string OrderPrefix = "$setElementOrder/";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";

    /// <summary>The lists of pods and nodes that are merged, and by what. Others are replaced.</summary>
    private static readonly Dictionary<string, string> MergeKeys = new()
    {
        ["containers"] = "name",
        ["initContainers"] = "name",
        ["ephemeralContainers"] = "name",
        ["env"] = "name",
        ["volumes"] = "name",
        ["imagePullSecrets"] = "name",
        ["ports"] = "containerPort",
        ["volumeMounts"] = "mountPath",
        ["volumeDevices"] = "devicePath",
        ["hostAliases"] = "ip",
        ["topologySpreadConstraints"] = "topologyKey",
        ["conditions"] = "type",
        ["addresses"] = "type",
        ["podIPs"] = "ip",
        ["hostIPs"] = "ip",
        ["ownerReferences"] = "uid",
    };

    /// <summary>Lists of plain values that are merged as sets.</summary>
    private static readonly HashSet<string> MergedSets = ["finalizers", "podCIDRs"];

    /// <exception cref="StatusException">400: the patch says something that is no such patch.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        if (DirectiveOf(patch) is { } directive)
        {
            return directive == "replace" ? Without(patch) : [];
        }

        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                RemoveValues(target, name[DeletePrefix.Length..], value as JsonArray ?? []);
            }
            else if (name == "$retainKeys")
            {
                RetainKeys(target, value as JsonArray ?? []);
            }
        }

        foreach (var (name, value) in patch.Where(member => !member.Key.StartsWith('$')))
        {
            Merge(target, name, value);
        }

        foreach (var (name, value) in patch.Where(member => member.Key.StartsWith(OrderPrefix, StringComparison.Ordinal)))
        {
            Order(target, name[OrderPrefix.Length..], value as JsonArray ?? []);
        }

        return target;
    }

    private static void Merge(JsonObject target, string name, JsonNode? value)
    {
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject inner:
                target[name] = Apply(Detached(target, name) as JsonObject ?? [], inner);
                break;
            case JsonArray list when MergeKeys.TryGetValue(name, out var key) && list.All(element => element is JsonObject):
                target[name] = MergeElements(Detached(target, name) as JsonArray ?? [], list, key);
                break;
            case JsonArray list when MergedSets.Contains(name):
                target[name] = Union(Detached(target, name) as JsonArray ?? [], list);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeElements(JsonArray target, JsonArray patch, string key)
    {
        if (patch.OfType<JsonObject>().Any(element => DirectiveOf(element) == "replace"))
        {
            return new JsonArray([.. patch.OfType<JsonObject>()
                .Where(element => DirectiveOf(element) is null).Select(element => element.DeepClone())]);
        }

        foreach (var element in patch.OfType<JsonObject>())
        {
            var id = element[key] ?? throw Error($"an element does not contain its merge key: {key}");
            var at = target.ToList().FindIndex(present => present is JsonObject o && JsonNode.DeepEquals(o[key], id));
            if (DirectiveOf(element) == "delete")
            {
                if (at >= 0)
                {
                    target.RemoveAt(at);
                }
            }
            else if (at >= 0)
            {
                target[at] = Apply((JsonObject)target[at]!.DeepClone(), element);
            }
            else
            {
                target.Add((JsonNode)Apply([], element));
            }
        }

        return target;
    }

    /// <summary>Puts the elements that the patch names into its order; those it does not name stay after them.</summary>
    private static void Order(JsonObject target, string name, JsonArray order)
    {
        if (Detached(target, name) is JsonArray list)
        {
            var key = MergeKeys.GetValueOrDefault(name);
            JsonNode? Id(JsonNode? element) => key is not null && element is JsonObject o ? o[key] : element;
            int Place(JsonNode? element) => order.ToList().FindIndex(wanted => JsonNode.DeepEquals(Id(wanted), Id(element)));
            target[name] = new JsonArray([.. list
                .Select(element => (Element: element?.DeepClone(), Place: Place(element)))
                .OrderBy(element => element.Place < 0 ? int.MaxValue : element.Place)
                .Select(element => element.Element)]);
        }
    }

    private static JsonArray Union(JsonArray target, JsonArray patch)
    {
        foreach (var value in patch.Where(value => !target.Any(present => JsonNode.DeepEquals(present, value))).ToList())
        {
            target.Add(value?.DeepClone());
        }

        return target;
    }

    private static void RemoveValues(JsonObject target, string name, JsonArray values)
    {
        if (target[name] is JsonArray list)
        {
            target[name] = new JsonArray([.. list
                .Where(present => !values.Any(value => JsonNode.DeepEquals(present, value)))
                .Select(present => present?.DeepClone())]);
        }
    }

    private static void RetainKeys(JsonObject target, JsonArray keys)
    {
        var kept = keys.Select(key => ObjectJson.Text(key) ?? throw Error("$retainKeys: expected a list of strings")).ToHashSet();
        foreach (var name in target.Select(member => member.Key).Where(name => !kept.Contains(name)).ToList())
        {
            target.Remove(name);
        }
    }

    private static JsonNode? Detached(JsonObject target, string name)
    {
        var value = target[name];
        target.Remove(name);
        return value;
    }

    private static string? DirectiveOf(JsonObject patch) => !patch.ContainsKey(Directive) ? null
        : ObjectJson.Text(patch, Directive) is "replace" or "delete" ? ObjectJson.Text(patch, Directive)
        : throw Error($"{Directive} is neither replace nor delete");

    private static StatusException Error(string message) => new(Status.BadRequest(message));

    private static JsonObject Without(JsonObject patch)
    {
        var plain = (JsonObject)patch.DeepClone();
        plain.Remove(Directive);
        return plain;
    }
}
