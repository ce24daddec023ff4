using System.Text.Json.Nodes;

namespace Minik8s.ApiServer.Patching;

/// <summary>JSON merge patch (RFC 7386): members replace members, null removes, lists are replaced whole.</summary>
internal static class MergePatch
{
    public static JsonObject Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                target[name] = Apply(target[name]?.DeepClone() as JsonObject ?? [], inner);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }

        return target;
    }
}
