using System.Globalization;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// A running pod becomes one target for each TCP container port of the given name. Which pods are asked for at all is
/// the label selector's matter, which the API server applies. The <c>__meta_kubernetes_*</c> labels are those of
/// Prometheus' <c>kubernetes_sd_configs</c>.
/// </summary>
/// <param name="portName">Equal to the port's name, case and all.</param>
internal sealed class PodProjection(string portName)
{
    public Verdict Project(Pod pod)
    {
        var phase = pod.Status?.Phase;
        if (phase is "Succeeded" or "Failed")
            return Not(Reason.PodFinished, $"its phase is {phase}");
        if (phase != "Running")
            return Not(Reason.PodNotRunning, $"its phase is {phase ?? "missing"}");

        var ip = pod.Status?.PodIP;
        if (string.IsNullOrEmpty(ip))
            ip = pod.Status?.PodIPs.Present() is [var first, ..] ? first.Ip : null;
        if (string.IsNullOrEmpty(ip))
            return Not(Reason.PodWithoutAddress, "it has no podIP");
        if (!HostAddress.IsIP(ip))
            return Not(Reason.PodAddressInvalid, $"its podIP is \"{ip}\"");

        var ports = Containers(pod).SelectMany(c => c.Container.Ports.Present().Select(port => (c.Container, c.IsInit, Port: port))).ToList();
        var named = ports.FindAll(p => p.Port.Name == portName);
        if (named.Count == 0)
            return Not(Reason.PodWithoutPort, ports.Count == 0
                ? "its containers have no ports"
                : $"its ports are {string.Join(", ", ports.Select(p => p.Port.Name ?? $"{p.Port.Number} (unnamed)"))}");
        var tcp = named.FindAll(p => Protocol(p.Port) == "TCP");
        if (tcp.Count == 0)
            return Not(Reason.PortNotTcp, $"the protocol of its port {portName} is {Protocol(named[0].Port)}");
        var valid = tcp.FindAll(p => p.Port.Number is > 0 and <= 65535);
        if (valid.Count == 0)
            return Not(Reason.PortInvalid, $"the number of its port {portName} is {tcp[0].Port.Number}");

        var common = PodLabels(pod, ip);
        return new Verdict.Target([.. valid.Select(p => new TargetGroup(
            HostAddress.Join(ip, p.Port.Number),
            ContainerLabels(common, pod, p.Container, p.IsInit, p.Port).ToList()))]);
    }

    private static Verdict.NotTarget Not(Reason reason, string fact) => new(reason, fact);

    /// <summary>The containers that run as long as the pod does: an init container only when it is a sidecar.</summary>
    private static IEnumerable<(Container Container, bool IsInit)> Containers(Pod pod) =>
        (pod.Spec?.Containers.Present() ?? []).Select(container => (container, false))
        .Concat((pod.Spec?.InitContainers.Present() ?? [])
            .Where(container => container.RestartPolicy == "Always")
            .Select(container => (container, true)));

    private static string Protocol(ContainerPort port) => string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;

    private static LabelSet PodLabels(Pod pod, string ip)
    {
        const string prefix = "__meta_kubernetes_pod";
        var controller = pod.Metadata.OwnerReferences.Present().FirstOrDefault(owner => owner.Controller == true);
        var ready = pod.Status?.Conditions.Present().FirstOrDefault(condition => condition.Type == "Ready")?.Status;
        return new LabelSet()
            .Add("namespace", pod.Metadata.Namespace)
            .Add("pod", pod.Metadata.Name)
            .Add("node", pod.Spec?.NodeName)
            .Add("__meta_kubernetes_namespace", pod.Metadata.Namespace)
            .Add($"{prefix}_name", pod.Metadata.Name)
            .Add($"{prefix}_uid", pod.Metadata.Uid)
            .Add($"{prefix}_ip", ip)
            .Add($"{prefix}_host_ip", pod.Status?.HostIP)
            .Add($"{prefix}_phase", pod.Status?.Phase)
            .Add($"{prefix}_ready", ready?.ToLowerInvariant() ?? "unknown")
            .Add($"{prefix}_node_name", pod.Spec?.NodeName)
            .Add($"{prefix}_controller_kind", controller?.Kind)
            .Add($"{prefix}_controller_name", controller?.Name)
            .AddMetadata(prefix, pod.Metadata);
    }

    private static LabelSet ContainerLabels(LabelSet common, Pod pod, Container container, bool isInit, ContainerPort port)
    {
        const string prefix = "__meta_kubernetes_pod_container";
        var statuses = isInit ? pod.Status?.InitContainerStatuses : pod.Status?.ContainerStatuses;
        return new LabelSet(common)
            .Add("container", container.Name)
            .Add($"{prefix}_name", container.Name)
            .Add($"{prefix}_image", container.Image)
            .Add($"{prefix}_init", isInit ? "true" : "false")
            .Add($"{prefix}_id", statuses.Present().FirstOrDefault(status => status.Name == container.Name)?.ContainerID)
            .Add($"{prefix}_port_name", port.Name)
            .Add($"{prefix}_port_number", port.Number.ToString(CultureInfo.InvariantCulture))
            .Add($"{prefix}_port_protocol", Protocol(port));
    }
}
