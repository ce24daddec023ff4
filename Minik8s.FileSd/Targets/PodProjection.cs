using System.Globalization;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// A running pod becomes one target for each TCP container port of the given name or, where there is none, for each port
/// that its annotation <c>prometheus.io/port</c> names. Which pods are asked for at all is the label selector's matter,
/// which the API server applies. The <c>__meta_kubernetes_*</c> labels are those of Prometheus'
/// <c>kubernetes_sd_configs</c>.
/// </summary>
/// <param name="portName">Equal to the port's name, case and all.</param>
internal sealed class PodProjection(string portName, bool dropTerminating, LabelRules rules)
{
    public Verdict Project(Pod pod)
    {
        var remarks = new List<Remark>();
        if (ScrapeAnnotations.IsOff(pod.Metadata.Annotations, remarks))
            return Not(Reason.PodScrapeOff, "its annotation prometheus.io/scrape is false");
        var phase = pod.Status?.Phase;
        if (phase is "Succeeded" or "Failed")
            return Not(Reason.PodFinished, $"its phase is {phase}");
        if (phase != "Running")
            return Not(Reason.PodNotRunning, $"its phase is {phase ?? "missing"}");
        if (dropTerminating && pod.Metadata.DeletionTimestamp is { Length: > 0 } deleted)
            return Not(Reason.PodTerminating, $"it is being deleted since {deleted}");

        var ip = pod.Status?.PodIP;
        if (string.IsNullOrEmpty(ip))
            ip = pod.Status?.PodIPs.Present() is [var first, ..] ? first.Ip : null;
        if (string.IsNullOrEmpty(ip))
            return Not(Reason.PodWithoutAddress, "it has no podIP");
        if (!HostAddress.IsIP(ip))
            return Not(Reason.PodAddressInvalid, $"its podIP is \"{ip}\"");

        var containers = Containers(pod).ToList();
        var (places, why) = Select(pod, containers.FindAll(container => !container.HasFinished), remarks);
        if (places.Count == 0)
        {
            return containers.Find(container => container.HasFinished && container.Ports.Any(port => port.Name == portName)) is { } finished
                ? Not(Reason.ContainerFinished, $"its container {finished.Name} has ended")
                : why!;
        }

        var common = PodLabels(pod, ip, remarks);
        ScrapeAnnotations.AddTo(common, pod.Metadata.Annotations, remarks);
        return new Verdict.Target(
            [.. places.Select(place => new TargetGroup(HostAddress.Join(ip, place.Port), ContainerLabels(common, place).ToList()))], remarks)
        {
            Created = Created(pod),
            Node = rules.NodeMetadata && pod.Spec?.NodeName is { Length: > 0 } node ? node : null,
            HostOfNode = string.IsNullOrEmpty(pod.Spec?.NodeName) && pod.Status?.HostIP is { Length: > 0 } host ? host : null,
        };
    }

    private static Verdict.NotTarget Not(Reason reason, string fact) => new(reason, fact);

    /// <summary>The places of a pod that are scraped; when there is none, why.</summary>
    private (IReadOnlyList<Place> Places, Verdict.NotTarget? Why) Select(Pod pod, List<PodContainer> containers, List<Remark> remarks)
    {
        var declared = containers
            .SelectMany(container => container.Ports.Select(port => new Place(port.Number, container, port))).ToList();
        var wanted = declared.FindAll(place => place.Declared!.Name == portName);
        if (wanted.Count == 0)
        {
            switch (ScrapeAnnotations.Ports(pod.Metadata.Annotations, remarks))
            {
                case null:
                    return ([], Not(Reason.PodWithoutPort, declared.Count == 0
                        ? "its containers have no ports"
                        : $"its ports are {string.Join(", ", declared.Select(place => place.Declared!.Name ?? $"{place.Port} (unnamed)"))}"));
                case { Count: 0 }:
                    return ([], Not(Reason.PortAnnotationInvalid, remarks[^1].Fact));
                case var numbers:
                    wanted = [.. numbers.Select(number => At(number, declared, containers))];
                    break;
            }
        }

        var places = new List<Place>();
        Verdict.NotTarget? why = null;
        foreach (var place in wanted)
        {
            Verdict.NotTarget? not = Protocol(place.Declared) != "TCP"
                ? Not(Reason.PortNotTcp, $"the protocol of its port {place.Declared!.Name ?? $"{place.Port}"} is {Protocol(place.Declared)}")
                : place.Port is < 1 or > 65535 ? Not(Reason.PortInvalid, $"the number of its port {portName} is {place.Port}")
                : null;
            if (not is null)
                places.Add(place);
            else
                why ??= not;
        }

        if (places.Count > 0 && why is not null)
            remarks.Add(new(RemarkKind.PortLeftOut, why.Fact));
        return (places, why);
    }

    /// <summary>A port that was named by its number: that of the container which declares it, or else of the only one there is.</summary>
    private static Place At(int number, List<Place> declared, List<PodContainer> containers)
    {
        var same = declared.FindAll(place => place.Port == number);
        return same.Find(place => Protocol(place.Declared) == "TCP") ?? same.FirstOrDefault()
            ?? new Place(number, containers is [var only] ? only : null, null);
    }

    /// <summary>The containers that run as long as the pod does: an init container only when it is a sidecar.</summary>
    private static IEnumerable<PodContainer> Containers(Pod pod) =>
        (pod.Spec?.Containers.Present() ?? []).Select(container => PodContainer.Of(pod, container, pod.Status?.ContainerStatuses, false))
        .Concat((pod.Spec?.InitContainers.Present() ?? [])
            .Where(container => container.RestartPolicy == "Always")
            .Select(container => PodContainer.Of(pod, container, pod.Status?.InitContainerStatuses, true)));

    private static string Protocol(ContainerPort? port) => string.IsNullOrEmpty(port?.Protocol) ? "TCP" : port.Protocol;

    private static DateTimeOffset Created(Pod pod) =>
        DateTimeOffset.TryParse(pod.Metadata.CreationTimestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? created
            : DateTimeOffset.MinValue;

    private LabelSet PodLabels(Pod pod, string ip, List<Remark> remarks)
    {
        const string prefix = "__meta_kubernetes_pod";
        var controller = pod.Metadata.OwnerReferences.Present().FirstOrDefault(owner => owner.Controller == true);
        var ready = pod.Status?.Conditions.Present().FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        return new LabelSet(rules)
            .Add("namespace", pod.Metadata.Namespace)
            .Add("pod", pod.Metadata.Name)
            .Add("node", pod.Spec?.NodeName)
            .AddMeta("__meta_kubernetes_namespace", pod.Metadata.Namespace)
            .AddMeta($"{prefix}_name", pod.Metadata.Name)
            .AddMeta($"{prefix}_uid", pod.Metadata.Uid)
            .AddMeta($"{prefix}_ip", ip)
            .AddMeta($"{prefix}_host_ip", pod.Status?.HostIP)
            .AddMeta($"{prefix}_phase", pod.Status?.Phase)
            .AddMeta($"{prefix}_ready", ready?.ToLowerInvariant() ?? "unknown")
            .AddMeta($"{prefix}_node_name", pod.Spec?.NodeName)
            .AddMeta($"{prefix}_controller_kind", controller?.Kind)
            .AddMeta($"{prefix}_controller_name", controller?.Name)
            .AddMetadata(prefix, pod.Metadata, remarks);
    }

    private static LabelSet ContainerLabels(LabelSet common, Place place)
    {
        const string prefix = "__meta_kubernetes_pod_container";
        var labels = new LabelSet(common);
        if (place.Container is { } container)
        {
            labels
                .Add("container", container.Name)
                .AddMeta($"{prefix}_name", container.Name)
                .AddMeta($"{prefix}_image", container.Image)
                .AddMeta($"{prefix}_init", container.IsInit ? "true" : "false")
                .AddFullMeta($"{prefix}_id", container.Id);
        }

        if (place.Declared is { } port)
        {
            labels
                .AddMeta($"{prefix}_port_name", port.Name)
                .AddMeta($"{prefix}_port_number", port.Number.ToString(CultureInfo.InvariantCulture))
                .AddMeta($"{prefix}_port_protocol", Protocol(port));
        }

        return labels;
    }

    /// <summary>Where a pod is scraped.</summary>
    /// <param name="Container">Null where a port is named by a number that no container declares.</param>
    /// <param name="Declared">The container's port; null likewise.</param>
    private sealed record Place(int Port, PodContainer? Container, ContainerPort? Declared);

    private sealed record PodContainer(
        string? Name, string? Image, string? Id, bool IsInit, bool HasFinished, IReadOnlyList<ContainerPort> Ports)
    {
        public static PodContainer Of(Pod pod, Container container, IReadOnlyList<ContainerStatus>? statuses, bool isInit)
        {
            var status = statuses.Present().FirstOrDefault(status => status.Name == container.Name);

            // One that is started again is down for a moment, which is to be seen, and not gone.
            var hasFinished = status?.State?.Terminated is { } end && (container.RestartPolicy ?? pod.Spec?.RestartPolicy) switch
            {
                "Never" => true,
                "OnFailure" => end.ExitCode == 0,
                _ => false,
            };
            return new(container.Name, container.Image, status?.ContainerID, isInit, hasFinished, container.Ports.Present());
        }
    }
}
