using System.Text.Json.Serialization;
using Minik8s.FileSd.Web.Objects;
using Minik8s.FileSd.Web.Reports;

namespace Minik8s.FileSd.Web;

/// <summary>How reports are written for machines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ObjectPage))]
internal sealed partial class WebJson : JsonSerializerContext;
