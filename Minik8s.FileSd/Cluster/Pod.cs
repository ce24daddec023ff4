using System.Text.Json;
using System.Text.Json.Serialization;
using Minik8s.FileSd.Cluster.Json;

namespace Minik8s.FileSd.Cluster;

internal sealed record Pod(ObjectMeta Metadata, PodSpec? Spec = null, PodStatus? Status = null) : IResource
{
    public static bool HasNamespace => true;

    [JsonIgnore]
    public string? Undecodable { get; init; }

    public static IResource NotDecoded(ObjectMeta metadata, string why) => new Pod(metadata) { Undecodable = why };

    public static IResource? Read(ref Utf8JsonReader json) => PodReader.Read(ref json);
}

/// <param name="RestartPolicy">Always (when missing), OnFailure or Never.</param>
internal sealed record PodSpec(
    string? NodeName = null,
    IReadOnlyList<Container>? Containers = null,
    IReadOnlyList<Container>? InitContainers = null,
    string? RestartPolicy = null);

/// <param name="Name">Unique in the pod.</param>
/// <param name="RestartPolicy">
/// Instead of the pod's. <c>Always</c> makes an init container a sidecar, which runs as long as the pod.
/// </param>
internal sealed record Container(
    string? Name,
    string? Image = null,
    IReadOnlyList<ContainerPort>? Ports = null,
    string? RestartPolicy = null);

/// <param name="Name">May be missing.</param>
/// <param name="Number">The <c>containerPort</c>, 1 to 65535.</param>
/// <param name="Protocol">TCP (when missing), UDP or SCTP.</param>
internal sealed record ContainerPort(
    string? Name,
    [property: JsonPropertyName("containerPort")] int Number,
    string? Protocol = null);

internal sealed record PodStatus(
    string? Phase = null,
    string? PodIP = null,
    IReadOnlyList<PodAddress>? PodIPs = null,
    string? HostIP = null,
    IReadOnlyList<Condition>? Conditions = null,
    IReadOnlyList<ContainerStatus>? ContainerStatuses = null,
    IReadOnlyList<ContainerStatus>? InitContainerStatuses = null);

internal sealed record PodAddress(string? Ip);

internal sealed record ContainerStatus(string? Name, string? ContainerID, ContainerState? State = null);

/// <param name="Terminated">The container has ended; null while it waits or runs.</param>
internal sealed record ContainerState(ContainerEnd? Terminated = null);

internal sealed record ContainerEnd(int ExitCode);
