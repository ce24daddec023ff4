using System.CommandLine;
using System.Net;
using Minik8s.Sandbox.Acceptance;

namespace Minik8s.Sandbox;

/// <summary>The commands and flags.</summary>
internal static class CommandLine
{
    private const int ClassicPort = 8090;

    private static readonly Option<IPEndPoint> Api = new("--api")
    {
        Description = "Address of the API server",
        HelpName = "address:port",
        Recursive = true,
        CustomParser = Loopback.EndPoint,
        DefaultValueFactory = _ => SandboxOptions.Default.Api,
    };

    private static readonly Option<bool> Classic = new("--classic")
    {
        Description = "Let the daemon follow the API server as the original Minik8s tells it, which is asked every few seconds",
    };

    private static readonly Option<IPEndPoint> ClassicAddress = new("--classic-address")
    {
        Description = "Address of the API server for --classic",
        HelpName = "address:port",
        CustomParser = Loopback.EndPoint,
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, ClassicPort),
    };

    private static readonly Option<IPEndPoint> Prometheus = new("--prometheus")
    {
        Description = "Address of Prometheus",
        HelpName = "address:port",
        CustomParser = Loopback.EndPoint,
        DefaultValueFactory = _ => SandboxOptions.Default.Prometheus,
    };

    private static readonly Option<IPEndPoint> Alertmanager = new("--alertmanager")
    {
        Description = "Address of Alertmanager, which is started when it is on the PATH",
        HelpName = "address:port",
        CustomParser = Loopback.EndPoint,
        DefaultValueFactory = _ => SandboxOptions.Default.Alertmanager!,
    };

    private static readonly Option<IPEndPoint> Web = new("--web")
    {
        Description = "Address of the metrics of minik8s-filesd",
        HelpName = "address:port",
        CustomParser = Loopback.EndPoint,
        DefaultValueFactory = _ => SandboxOptions.Default.Web,
    };

    private static readonly Option<IPNetwork> NodeRange = new("--node-range")
    {
        Description = "Addresses of the nodes",
        HelpName = "range",
        CustomParser = Loopback.Range,
        DefaultValueFactory = _ => SandboxOptions.Default.NodeRange,
    };

    private static readonly Option<int> NodePort = new("--node-port")
    {
        Description = "Port of every node_exporter",
        HelpName = "port",
        CustomParser = Loopback.Port,
        DefaultValueFactory = _ => SandboxOptions.Default.NodePort,
    };

    private static readonly Option<IPNetwork> PodRange = new("--pod-range")
    {
        Description = "Addresses of the pods",
        HelpName = "range",
        CustomParser = Loopback.Range,
        DefaultValueFactory = _ => SandboxOptions.Default.PodRange,
    };

    private static readonly Option<FileInfo?> Binary = new("--filesd-binary")
    {
        Description = "Another minik8s-filesd, such as a native one [default: the one just built]",
    };

    public static RootCommand Root()
    {
        var noAlertmanager = new Option<bool>("--no-alertmanager")
        {
            Description = "Start no Alertmanager",
        };
        var grafana = new Option<IPEndPoint>("--grafana")
        {
            Description = "Address of Grafana, which is started when it is on the PATH",
            HelpName = "address:port",
            CustomParser = Loopback.EndPoint,
            DefaultValueFactory = _ => SandboxOptions.Default.Grafana!,
        };
        var noGrafana = new Option<bool>("--no-grafana")
        {
            Description = "Start no Grafana",
        };
        var targetsFolder = new Option<DirectoryInfo?>("--targets-dir")
        {
            Description = "Folder that the daemon writes into [default: a temporary one]",
        };

        var root = new RootCommand("A Kubernetes-like cluster and its monitoring, as real processes on this machine.")
        {
            Api, Classic, ClassicAddress, Prometheus, Web, Alertmanager, noAlertmanager, grafana, noGrafana, NodeRange, NodePort, PodRange,
            targetsFolder, Binary,
            Add(), Remove(), Acceptance(),
        };
        root.SetAction((parsed, _) =>
        {
            var api = parsed.GetRequiredValue(Api);
            return RunCommand.RunAsync(
                new SandboxOptions(
                    api,
                    parsed.GetRequiredValue(Prometheus),
                    parsed.GetRequiredValue(NodeRange),
                    parsed.GetRequiredValue(NodePort),
                    parsed.GetRequiredValue(PodRange))
                {
                    Classic = parsed.GetValue(Classic) ? parsed.GetRequiredValue(ClassicAddress) : null,
                    Web = parsed.GetRequiredValue(Web),
                    Alertmanager = parsed.GetValue(noAlertmanager) ? null : parsed.GetRequiredValue(Alertmanager),
                    Grafana = parsed.GetValue(noGrafana) ? null : parsed.GetRequiredValue(grafana),
                    TargetsFolder = parsed.GetValue(targetsFolder)?.FullName,
                    DaemonBinary = parsed.GetValue(Binary)?.FullName,
                    InstallMissing = true,
                },
                api.Equals(SandboxOptions.Default.Api) ? "" : $" --api {api}");
        });
        return root;
    }

    private static Command Acceptance()
    {
        var screenshots = new Option<DirectoryInfo?>("--screenshots")
        {
            Description = "Folder for pictures of Prometheus' pages, taken by a headless Chromium, which takes a minute more [default: none are taken]",
        };
        var acceptance = new Command(
            "acceptance", "Check all of it in a sandbox of its own, on free addresses where no others are given; takes about two minutes")
        {
            Classic, ClassicAddress, Prometheus, Web, Alertmanager, NodeRange, NodePort, PodRange, Binary, screenshots,
        };
        acceptance.SetAction((parsed, _) =>
        {
            var free = SandboxOptions.OnFreeAddresses();
            return AcceptanceCommand.RunAsync(
                new SandboxOptions(
                    Given(parsed, Api) ?? free.Api,
                    Given(parsed, Prometheus) ?? free.Prometheus,
                    IsGiven(parsed, NodeRange) ? parsed.GetValue(NodeRange) : free.NodeRange,
                    IsGiven(parsed, NodePort) ? parsed.GetValue(NodePort) : free.NodePort,
                    IsGiven(parsed, PodRange) ? parsed.GetValue(PodRange) : free.PodRange)
                {
                    Classic = parsed.GetValue(Classic)
                        ? Given(parsed, ClassicAddress) ?? Loopback.Free($"{free.Api.Address}", ClassicPort)
                        : null,
                    Web = Given(parsed, Web) ?? free.Web,
                    Alertmanager = Given(parsed, Alertmanager) ?? free.Alertmanager,
                    NeedsAlertmanager = true,
                    DaemonBinary = parsed.GetValue(Binary)?.FullName,
                    InstallMissing = true,
                },
                parsed.GetValue(screenshots)?.FullName);
        });
        return acceptance;
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static T? Given<T>(ParseResult parsed, Option<T> option)
        where T : class => IsGiven(parsed, option) ? parsed.GetValue(option) : null;

    private static Command Add()
    {
        var name = Name();
        var @namespace = Namespace();
        var node = new Command("node", "Add a node; its node_exporter starts at once") { name };
        node.SetAction((parsed, cancellationToken) => ChangeCommand.AddNodeAsync(
            parsed.GetRequiredValue(Api), parsed.GetRequiredValue(name), cancellationToken));
        var pod = new Command("pod", "Add a pod; its program starts at once") { name, @namespace };
        pod.SetAction((parsed, cancellationToken) => ChangeCommand.AddPodAsync(
            parsed.GetRequiredValue(Api), parsed.GetRequiredValue(@namespace), parsed.GetRequiredValue(name), cancellationToken));
        return new Command("add", "Add a node or a pod to the running sandbox") { node, pod };
    }

    private static Command Remove()
    {
        var name = Name();
        var @namespace = Namespace();
        var node = new Command("node", "Remove a node, and the pods on it") { name };
        node.SetAction((parsed, cancellationToken) => ChangeCommand.RemoveNodeAsync(
            parsed.GetRequiredValue(Api), parsed.GetRequiredValue(name), cancellationToken));
        var pod = new Command("pod", "Remove a pod") { name, @namespace };
        pod.SetAction((parsed, cancellationToken) => ChangeCommand.RemovePodAsync(
            parsed.GetRequiredValue(Api), parsed.GetRequiredValue(@namespace), parsed.GetRequiredValue(name), cancellationToken));
        return new Command("remove", "Remove a node or a pod from the running sandbox") { node, pod };
    }

    private static Argument<string> Name() => new("name") { Description = "Its name" };

    private static Option<string> Namespace() => new("--namespace", "-n")
    {
        Description = "Its namespace",
        DefaultValueFactory = _ => "default",
    };
}
