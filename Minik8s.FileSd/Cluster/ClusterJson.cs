using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Cluster;

/// <summary>Decoders generated at compile time; what the records do not name is skipped unread.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(ListMeta))]
[JsonSerializable(typeof(ApiStatus))]
internal sealed partial class ClusterJson : JsonSerializerContext;
