using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Patching;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>What all copies together may weigh: without a bound a short patch doubles the object again and again.</summary>
    private const int MaxCopied = 3 * 1024 * 1024;

    /// <exception cref="StatusException">400: that is no operation. 422: it cannot be done; nothing is changed then.</exception>
    public static JsonObject Apply(JsonObject target, JsonArray operations)
    {
        var copied = 0L;
        foreach (var element in operations)
        {
            var operation = element as JsonObject
                ?? throw new StatusException(Status.BadRequest("an operation of a JSON patch is an object"));
            var (op, path) = (ObjectJson.Text(operation, "op"), ObjectJson.Text(operation, "path") ?? "");
            var value = operation["value"];
            switch (op)
            {
                case "add":
                    Add(target, path, value?.DeepClone());
                    break;
                case "replace":
                    Remove(target, path);
                    Add(target, path, value?.DeepClone());
                    break;
                case "remove":
                    Remove(target, path);
                    break;
                case "move":
                    Add(target, path, Remove(target, From(operation)));
                    break;
                case "copy":
                    var copy = Find(target, From(operation))?.DeepClone();
                    copied += copy?.ToJsonString().Length ?? 0;
                    Add(target, path, copied <= MaxCopied ? copy : throw Error($"it copies more than {MaxCopied} bytes"));
                    break;
                case "test" when JsonNode.DeepEquals(Find(target, path), value):
                    break;
                case "test":
                    throw Error($"testing value {path} failed");
                default:
                    throw Error($"unexpected kind of operation: {op}");
            }
        }

        return target;
    }

    private static string From(JsonNode? operation) => ObjectJson.Text(operation, "from") ?? "";

    private static void Add(JsonObject target, string path, JsonNode? value)
    {
        if (path.Count(c => c == '/') + ObjectJson.Depth(value) > ObjectJson.MaxDepth)
        {
            throw Error($"{path[..Math.Min(path.Length, 40)]}... would be nested deeper than {ObjectJson.MaxDepth}");
        }

        var (parent, last) = Parent(target, path);
        if (parent is JsonArray list)
        {
            list.Insert(last == "-" ? list.Count : Index(last, list.Count, path), value);
        }
        else
        {
            ((JsonObject)parent)[last] = value;
        }
    }

    private static JsonNode? Remove(JsonObject target, string path)
    {
        var (parent, last) = Parent(target, path);
        var removed = Child(parent, last, path);
        if (parent is JsonArray list)
        {
            list.RemoveAt(Index(last, list.Count - 1, path));
        }
        else
        {
            ((JsonObject)parent).Remove(last);
        }

        return removed;
    }

    private static JsonNode? Find(JsonObject target, string path)
    {
        var (parent, last) = Parent(target, path);
        return Child(parent, last, path);
    }

    private static (JsonNode Parent, string Last) Parent(JsonObject target, string path)
    {
        if (!path.StartsWith('/'))
        {
            throw Error($"the path \"{path}\" does not lead into the object");
        }

        var steps = path[1..].Split('/')
            .Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        JsonNode? parent = target;
        foreach (var step in steps[..^1])
        {
            parent = Child(parent, step, path);
        }

        return parent is JsonObject or JsonArray ? (parent, steps[^1]) : throw Error($"{path} does not exist");
    }

    private static JsonNode? Child(JsonNode? parent, string step, string path) => parent switch
    {
        JsonObject o when o.TryGetPropertyValue(step, out var child) => child,
        JsonArray list => list[Index(step, list.Count - 1, path)],
        _ => throw Error($"{path} does not exist"),
    };

    private static int Index(string step, int most, string path) =>
        int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most
            ? index
            : throw Error($"{path} does not exist");

    private static StatusException Error(string message) =>
        new(new Status(422, "Invalid", $"the server rejected our request due to an error in our request: {message}", new StatusDetails()));
}
