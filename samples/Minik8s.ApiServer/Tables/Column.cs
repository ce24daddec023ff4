using System.Text.Json.Nodes;

namespace Minik8s.ApiServer.Tables;

/// <summary>One column of a Table.</summary>
/// <param name="Priority">0 is always shown, 1 only in wide output.</param>
/// <param name="Cell">What stands in it, from the object and the present time.</param>
internal sealed record Column(
    string Name, string Type, int Priority, string Description, Func<JsonObject, DateTimeOffset, JsonNode> Cell)
{
    public JsonObject ToTree() => new()
    {
        ["name"] = Name,
        ["type"] = Type,
        ["format"] = Name == "Name" ? "name" : "",
        ["description"] = Description,
        ["priority"] = Priority,
    };
}
