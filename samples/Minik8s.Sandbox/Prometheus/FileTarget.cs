using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Prometheus;

/// <summary>A target as a target file names it.</summary>
/// <param name="Job">The file's name without extension, which is the job's name too.</param>
/// <param name="Address">Host and port.</param>
/// <param name="Labels">The labels of its group, without those that start with two underscores.</param>
internal sealed record FileTarget(string Job, string Address, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>All targets of the folder's files.</summary>
    public static IReadOnlyList<FileTarget> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").SelectMany(Read)];

    private static IEnumerable<FileTarget> Read(string file)
    {
        try
        {
            return [.. from @group in (JsonNode.Parse(File.ReadAllBytes(file)) as JsonArray ?? []).OfType<JsonObject>()
                       let labels = Prometheus.Labels.From(@group["labels"])
                           .Where(label => !label.Key.StartsWith("__", StringComparison.Ordinal)).ToDictionary()
                       from target in (@group["targets"] as JsonArray ?? []).OfType<JsonValue>()
                       select new FileTarget(Path.GetFileNameWithoutExtension(file), target.GetValue<string>(), labels)];
        }
        catch (Exception fault) when (
            fault is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            // Someone else's file, or none any more. What it holds is Prometheus' matter; here it holds nothing.
            return [];
        }
    }
}
