using System.Text.Json.Serialization;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Explaining;

/// <summary>How an explanation is written for machines, by the daemon and by <c>--output json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(SnakeCaseConverter<SubjectKind>), typeof(SnakeCaseConverter<CheckOutcome>)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext;
