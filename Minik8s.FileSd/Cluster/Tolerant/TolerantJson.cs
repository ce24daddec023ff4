using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>Decoders for parts that have Kubernetes' shape but may be spelt otherwise.</summary>
[JsonSourceGenerationOptions(
    PropertyNameCaseInsensitive = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(List<ContainerStatus>))]
[JsonSerializable(typeof(List<OwnerReference>))]
internal sealed partial class TolerantJson : JsonSerializerContext;
