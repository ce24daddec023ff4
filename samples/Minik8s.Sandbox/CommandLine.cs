using System.CommandLine;
using System.Net;

namespace Minik8s.Sandbox;

/// <summary>The commands and flags.</summary>
internal static class CommandLine
{
    private static readonly Option<IPEndPoint> Api = new("--api")
    {
        Description = "Address of the API server",
        HelpName = "address:port",
        Recursive = true,
        CustomParser = Loopback.EndPoint,
        DefaultValueFactory = _ => SandboxOptions.Default.Api,
    };

    public static RootCommand Root()
    {
        var prometheus = new Option<IPEndPoint>("--prometheus")
        {
            Description = "Address of Prometheus",
            HelpName = "address:port",
            CustomParser = Loopback.EndPoint,
            DefaultValueFactory = _ => SandboxOptions.Default.Prometheus,
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
        var web = new Option<IPEndPoint>("--web")
        {
            Description = "Address of the daemon's metrics and health",
            HelpName = "address:port",
            CustomParser = Loopback.EndPoint,
            DefaultValueFactory = _ => SandboxOptions.Default.Web,
        };
        var nodeRange = new Option<IPNetwork>("--node-range")
        {
            Description = "Addresses of the nodes",
            HelpName = "range",
            CustomParser = Loopback.Range,
            DefaultValueFactory = _ => SandboxOptions.Default.NodeRange,
        };
        var nodePort = new Option<int>("--node-port")
        {
            Description = "Port of every node_exporter",
            HelpName = "port",
            CustomParser = Loopback.Port,
            DefaultValueFactory = _ => SandboxOptions.Default.NodePort,
        };
        var podRange = new Option<IPNetwork>("--pod-range")
        {
            Description = "Addresses of the pods",
            HelpName = "range",
            CustomParser = Loopback.Range,
            DefaultValueFactory = _ => SandboxOptions.Default.PodRange,
        };
        var targetsFolder = new Option<DirectoryInfo?>("--targets-dir")
        {
            Description = "Folder that the daemon writes into [default: a temporary one]",
        };
        var binary = new Option<FileInfo?>("--filesd-binary")
        {
            Description = "Another minik8s-filesd, such as a native one [default: the one just built]",
        };

        var root = new RootCommand("A Kubernetes-like cluster and its monitoring, as real processes on this machine.")
        {
            Api, prometheus, grafana, noGrafana, web, nodeRange, nodePort, podRange, targetsFolder, binary, Add(), Remove(),
        };
        root.SetAction((parsed, _) =>
        {
            var api = parsed.GetRequiredValue(Api);
            return RunCommand.RunAsync(
                new SandboxOptions(
                    api,
                    parsed.GetRequiredValue(prometheus),
                    parsed.GetRequiredValue(nodeRange),
                    parsed.GetRequiredValue(nodePort),
                    parsed.GetRequiredValue(podRange))
                {
                    Grafana = parsed.GetValue(noGrafana) ? null : parsed.GetRequiredValue(grafana),
                    Web = parsed.GetRequiredValue(web),
                    TargetsFolder = parsed.GetValue(targetsFolder)?.FullName,
                    DaemonBinary = parsed.GetValue(binary)?.FullName,
                    InstallMissing = true,
                },
                api.Equals(SandboxOptions.Default.Api) ? "" : $" --api {api}");
        });
        return root;
    }

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
