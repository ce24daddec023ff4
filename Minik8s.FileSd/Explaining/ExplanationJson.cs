using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Explaining;

/// <summary>How an explanation is written for machines, by the daemon and by <c>--output json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(SnakeCaseConverter<SubjectKind>), typeof(SnakeCaseConverter<CheckOutcome>)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext;

/// <summary>Enumerations as <c>pod</c> or <c>passed</c>; names alone, no numbers.</summary>
internal sealed class SnakeCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
