using System.Text.Json.Serialization;
using Minik8s.FileSd.Scraping;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web;

/// <summary>How reports are written for machines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(SnakeCaseConverter<ScrapeHealth>)])]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ObjectPage))]
internal sealed partial class WebJson : JsonSerializerContext;
