using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>The object by which an exec plugin is asked (with a <c>spec</c>) and answers (with a <c>status</c>).</summary>
internal sealed record ExecObject(string? ApiVersion, string? Kind, ExecSpec? Spec = null, ExecStatus? Status = null);

internal sealed record ExecSpec(bool Interactive, ExecCluster? Cluster);

/// <param name="ClientCertificateData">PEM.</param>
/// <param name="ClientKeyData">PEM.</param>
internal sealed record ExecStatus(DateTimeOffset? ExpirationTimestamp, string? Token, string? ClientCertificateData, string? ClientKeyData)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => nameof(ExecStatus);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecObject))]
internal sealed partial class ExecJson : JsonSerializerContext;
