using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Commands;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShardPlan))]
internal sealed partial class ShardPlanJson : JsonSerializerContext;
