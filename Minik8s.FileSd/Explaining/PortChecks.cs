using System.Globalization;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Explaining;

/// <summary>Which ports a pod has, where the one that is looked for is not among them.</summary>
internal static class PortChecks
{
    private const int MostTold = 20;

    /// <summary>What ports with metrics are called by those who do not name them as is asked here.</summary>
    private static readonly string[] Likely = ["metrics", "prom", "exporter", "monitoring"];

    public static void Pass(Findings findings, Pod pod, Verdict.Target target, string portName)
    {
        var byNumber = Ports(pod).Where(each => each.Port.Name == portName).ToLookup(each => each.Port.Number);
        foreach (var group in target.Groups.Take(MostTold))
        {
            if (!int.TryParse(group.Address.AsSpan(group.Address.LastIndexOf(':') + 1), CultureInfo.InvariantCulture, out var number))
                continue;
            var container = group.Labels.FirstOrDefault(label => label.Key == "container").Value;
            findings.Pass(Fixes.Port, byNumber[number].Any()
                ? $"its container {Printable.Short(container ?? "")} has the port {portName}, {number}/TCP"
                : $"no port is named {portName}, and prometheus.io/port names {number}");
        }
    }

    /// <summary>There is no port of the name, and no annotation names one.</summary>
    public static void Fail(Findings findings, Pod pod, Owner owner, string portName)
    {
        var ports = Ports(pod).ToList();
        var fact = $"no port of its containers is named {portName}; "
            + (ports.Count == 0 ? "there are none" : $"its {(ports.Count == 1 ? "port is" : "ports are")} {string.Join(", ", ports.Take(MostTold).Select(Words))}");
        var running = ports.FindAll(each => each.Use == Use.Running);
        var fix = ports.Find(each => each.Port.Name == portName) is { Container: { } init }
            ? $"an init container is scraped as a sidecar alone: set restartPolicy: Always on {Printable.Short(init)}, or declare the port at the container that has it"
            : Nearest(running, portName) is { } near
                ? $"{near.Why}: name it {portName} {owner.InManifest("spec.containers[].ports[]")}, or at once: {Annotation(near.Number)}"
                : running is [{ Port: { Number: > 0 and <= 65535 } only }]
                    ? $"if its metrics are on {only.Number}, name that port {portName} {owner.InManifest("spec.containers[].ports[]")}, or at once: {Annotation(only.Number)}"
                    : $"write name: {portName} at the port with the metrics {owner.InManifest("spec.containers[].ports[]")}, or at once: {Annotation(null)}";
        findings.Fail(Fixes.Port, fact, fix);

        string Annotation(int? number) => owner.Annotate(
            [$"{ScrapeAnnotations.Prefix}port={number?.ToString(CultureInfo.InvariantCulture) ?? "PORT"}"],
            $"set the annotation prometheus.io/port to {(number is null ? "its number" : $"\"{number}\"")}");
    }

    private static (string Why, int Number)? Nearest(List<DeclaredPort> ports, string portName)
    {
        foreach (var (_, port, _) in ports.Where(each => each.Port.Name is not null))
        {
            if (NearMiss.Words(port.Name!, portName) is { } words)
                return ($"the port {Printable.Short(port.Name!)} may be meant ({words[(words.IndexOf(' ') + 1)..]})", port.Number);
        }

        var likely = ports.Find(each => each.Port.Name is { } name
            && Likely.Append(portName).Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)));
        return likely is null ? null : ($"the port {Printable.Short(likely.Port.Name!)} may be meant", likely.Port.Number);
    }

    private static string Words(DeclaredPort each) =>
        $"{Printable.Short(each.Port.Name ?? "a port without a name")} ({each.Port.Number}/{Printable.Short(string.IsNullOrEmpty(each.Port.Protocol) ? "TCP" : each.Port.Protocol)}) of the "
        + $"{(each.Use == Use.Init ? "init container" : "container")} {Printable.Short(each.Container)}";

    private static IEnumerable<DeclaredPort> Ports(Pod pod) =>
        (pod.Spec?.Containers.Present() ?? []).SelectMany(container => Of(container, Use.Running))
        .Concat((pod.Spec?.InitContainers.Present() ?? [])
            .SelectMany(container => Of(container, container.RestartPolicy == "Always" ? Use.Running : Use.Init)));

    private static IEnumerable<DeclaredPort> Of(Container container, Use use) =>
        container.Ports.Present().Select(port => new DeclaredPort(container.Name ?? "", port, use));

    private enum Use { Running, Init }

    private sealed record DeclaredPort(string Container, ContainerPort Port, Use Use);
}
