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
    private const string Prefix = "__meta_kubernetes_pod";

    /// <summary>Of the ports that a pod has, so many are named where the one that is looked for is not among them.</summary>
    private const int MostPortsTold = 20;

    public Verdict Project(Pod pod)
    {
        var remarks = new Remarks();
        if (ScrapeAnnotations.IsOff(pod.Metadata.Annotations, remarks))
            return Not(Reason.PodScrapeOff, "its annotation prometheus.io/scrape is false");
        if (TargetLimits.IsTooLong(pod.Metadata.Name) || TargetLimits.IsTooLong(pod.Metadata.Namespace))
            return Not(Reason.NameTooLong, $"its name and namespace have {pod.Metadata.Key.ToString().Length} characters");
        var phase = pod.Status?.Phase;
        if (phase is "Succeeded" or "Failed")
            return Not(Reason.PodFinished, $"its phase is {phase}");
        if (phase != "Running")
            return Not(Reason.PodNotRunning, $"its phase is {Printable.Short(phase ?? "missing")}");
        if (dropTerminating && pod.Metadata.DeletionTimestamp is { Length: > 0 } deleted)
            return Not(Reason.PodTerminating, $"it is being deleted since {Printable.Short(deleted)}");

        var ip = pod.Status?.PodIP;
        if (string.IsNullOrEmpty(ip))
            ip = pod.Status?.PodIPs.Present() is [var first, ..] ? first.Ip : null;
        if (string.IsNullOrEmpty(ip))
            return Not(Reason.PodWithoutAddress, "it has no podIP");
        if (!HostAddress.IsIP(ip))
            return Not(Reason.PodAddressInvalid, $"its podIP is \"{Printable.Short(ip)}\"");

        var containers = Containers(pod).ToList();
        var (places, why) = Select(pod, containers.FindAll(container => !container.HasFinished), remarks);
        if (places.Count == 0)
        {
            return containers.Find(container => container.HasFinished && container.Ports.Any(port => port.Name == portName)) is { } finished
                ? Not(Reason.ContainerFinished, $"its container {Printable.Short(finished.Name ?? "")} has ended")
                : why!;
        }

        var common = PodLabels(pod, ip, remarks, Math.Min(places.Count, rules.Limits.PodTargets));
        ScrapeAnnotations.AddTo(common, pod.Metadata.Annotations, remarks);
        common.AddMetadata($"{Prefix}_label", $"{Prefix}_annotation", pod.Metadata);
        IReadOnlyList<TargetGroup> groups =
            [.. places.Take(rules.Limits.PodTargets).Select(place => new TargetGroup(HostAddress.Join(ip, place.Port), ContainerLabels(common, place).ToList()))];
        if (places.Count > groups.Count)
            remarks.Add(RemarkKind.TargetsTooMany, $"{places.Count - groups.Count} of its {places.Count} ports are left out; --limits.pod-targets is {rules.Limits.PodTargets}");
        return new Verdict.Target(groups, remarks.ToList())
        {
            // Any pod may name any port by an annotation. Where it shares its address, as in the network of its node, it must not
            // take one that another pod declares.
            Created = places.All(place => place.Declared is not null) ? Created(pod) : DateTimeOffset.MinValue,
            Node = rules.NodeMetadata && pod.Spec?.NodeName is { Length: > 0 } node ? node : null,
            HostOfNode = string.IsNullOrEmpty(pod.Spec?.NodeName) && pod.Status?.HostIP is { Length: > 0 } host ? host : null,
        };
    }

    private static Verdict.NotTarget Not(Reason reason, string fact) => new(reason, fact);

    /// <summary>The places of a pod that are scraped; when there is none, why.</summary>
    private (IReadOnlyList<Place> Places, Verdict.NotTarget? Why) Select(Pod pod, List<PodContainer> containers, Remarks remarks)
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
                        : $"its ports are {string.Join(", ", declared.Take(MostPortsTold).Select(NameOf))}"));
                case { Count: 0 }:
                    return ([], Not(Reason.PortAnnotationInvalid, remarks.Last));
                case var numbers:
                    wanted = [.. numbers.Select(number => At(number, declared, containers))];
                    break;
            }
        }

        var places = new List<Place>();
        Verdict.NotTarget? why = null;
        foreach (var place in wanted)
        {
            Verdict.NotTarget? not = Protocol(place.Declared) is var protocol && protocol != "TCP"
                ? Not(Reason.PortNotTcp, $"the protocol of its port {Printable.Short(place.Declared!.Name ?? $"{place.Port}")} is {Printable.Short(protocol)}")
                : place.Port is < 1 or > 65535 ? Not(Reason.PortInvalid, $"the number of its port {portName} is {place.Port}")
                : TargetLimits.IsTooLong(place.Container?.Name) ? Not(Reason.NameTooLong, $"the name of a container has {place.Container!.Name!.Length} characters")
                : null;
            if (not is null)
                places.Add(place);
            else
                why ??= not;
        }

        if (places.Count > 0 && why is not null)
            remarks.Add(RemarkKind.PortLeftOut, why.Fact);
        return (places, why);
    }

    private static string NameOf(Place place) => place.Declared?.Name is { } name ? Printable.Short(name) : $"{place.Port} (unnamed)";

    /// <summary>A port that was named by its number: that of the container which declares it, or else of the only one there is.</summary>
    private static Place At(int number, List<Place> declared, List<PodContainer> containers)
    {
        var same = declared.FindAll(place => place.Port == number);
        return same.Find(place => Protocol(place.Declared) == "TCP") ?? same.FirstOrDefault()
            ?? new Place(number, containers is [var only] ? only : null, null);
    }

    /// <summary>The containers that run as long as the pod does: an init container only when it is a sidecar.</summary>
    private static IEnumerable<PodContainer> Containers(Pod pod)
    {
        var statuses = ByName(pod.Status?.ContainerStatuses);
        var initStatuses = ByName(pod.Status?.InitContainerStatuses);
        return (pod.Spec?.Containers.Present() ?? []).Select(container => PodContainer.Of(pod, container, statuses, false))
            .Concat((pod.Spec?.InitContainers.Present() ?? [])
                .Where(container => container.RestartPolicy == "Always")
                .Select(container => PodContainer.Of(pod, container, initStatuses, true)));
    }

    /// <summary>The first of each name, found at once: a pod may have more containers and statuses than one would compare each with each.</summary>
    private static Dictionary<string, ContainerStatus> ByName(IReadOnlyList<ContainerStatus>? statuses)
    {
        var byName = new Dictionary<string, ContainerStatus>();
        foreach (var status in statuses.Present())
            byName.TryAdd(status.Name ?? "", status);
        return byName;
    }

    private static string Protocol(ContainerPort? port) => string.IsNullOrEmpty(port?.Protocol) ? "TCP" : port.Protocol;

    private static DateTimeOffset Created(Pod pod) =>
        DateTimeOffset.TryParse(pod.Metadata.CreationTimestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? created
            : DateTimeOffset.MinValue;

    private LabelSet PodLabels(Pod pod, string ip, Remarks remarks, int targets)
    {
        var controller = pod.Metadata.OwnerReferences.Present().FirstOrDefault(owner => owner.Controller == true);
        var ready = pod.Status?.Conditions.Present().FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        return new LabelSet(rules.SharedBy(targets), remarks)
            .Add("namespace", pod.Metadata.Namespace)
            .Add("pod", pod.Metadata.Name)
            .Add("node", pod.Spec?.NodeName)
            .AddMeta("__meta_kubernetes_namespace", pod.Metadata.Namespace)
            .AddMeta($"{Prefix}_name", pod.Metadata.Name)
            .AddMeta($"{Prefix}_uid", pod.Metadata.Uid)
            .AddMeta($"{Prefix}_ip", ip)
            .AddMeta($"{Prefix}_host_ip", pod.Status?.HostIP)
            .AddMeta($"{Prefix}_phase", pod.Status?.Phase)
            .AddMeta($"{Prefix}_ready", ready?.ToLowerInvariant() ?? "unknown")
            .AddMeta($"{Prefix}_node_name", pod.Spec?.NodeName)
            .AddMeta($"{Prefix}_controller_kind", controller?.Kind)
            .AddMeta($"{Prefix}_controller_name", controller?.Name);
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
        public static PodContainer Of(Pod pod, Container container, Dictionary<string, ContainerStatus> statuses, bool isInit)
        {
            var status = statuses.GetValueOrDefault(container.Name ?? "");

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
