using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Telemetry;

/// <summary>Enumerations as <c>pod</c> or <c>passed</c>; names alone, no numbers.</summary>
internal sealed class SnakeCaseConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
