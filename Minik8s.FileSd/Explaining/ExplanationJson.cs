using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Explaining;

/// <summary>How an explanation is written for machines, by the daemon and by <c>--output json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext;
