using System.Text.Json.Serialization;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Commands;

/// <summary>What <c>diff --output json</c> prints.</summary>
/// <param name="Files">That of the nodes, then that of the pods.</param>
internal sealed record DiffReport(IReadOnlyList<FileDiff> Files);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(SnakeCaseConverter<LabelEffect>)])]
[JsonSerializable(typeof(DiffReport))]
internal sealed partial class DiffJson : JsonSerializerContext;
