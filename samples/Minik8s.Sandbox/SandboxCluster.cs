using System.Net;
using Minik8s.Sandbox.Alertmanager;
using Minik8s.Sandbox.Cluster;
using Minik8s.Sandbox.Grafana;
using Minik8s.Sandbox.Processes;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.Sandbox;

/// <summary>
/// A cluster of one machine: API server, daemon, Prometheus and, where there are any, Alertmanager and Grafana as
/// processes, and the kubelets that add a process for every node and pod. Disposing ends all of them and deletes what they wrote.
/// </summary>
internal sealed class SandboxCluster : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Action<string> _tell;
    private readonly RunFolder _folder;
    private readonly Launcher _launcher;
    private readonly List<ChildProcess> _processes = [];
    private Kubelets? _kubelets;
    private ChildProcess? _prometheus;
    private volatile bool _ending;

    private SandboxCluster(SandboxOptions options, TimeProvider time, Action<string> tell)
    {
        (_time, _tell, Options) = (time, tell, options);
        _folder = new RunFolder();
        try
        {
            TargetsFolder = options.TargetsFolder is { } given
                ? Directory.CreateDirectory(given).FullName
                : _folder.Create("targets");
            _launcher = new Launcher(_folder.Path);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }

        Api = new ApiClient(options.Api);
        Prometheus = new PrometheusClient(options.Prometheus);
    }

    public SandboxOptions Options { get; }

    /// <summary>Logs, working folders and Prometheus' data. Deleted at the end.</summary>
    public string Folder => _folder.Path;

    /// <summary>Where the daemon writes.</summary>
    public string TargetsFolder { get; }

    public ApiClient Api { get; }

    public PrometheusClient Prometheus { get; }

    /// <summary>Where Alertmanager listens; null when none runs.</summary>
    public IPEndPoint? Alertmanager { get; private set; }

    /// <summary>Where Grafana listens; null when none runs.</summary>
    public IPEndPoint? Grafana { get; private set; }

    /// <summary>Whether there is a Grafana which did not start.</summary>
    public bool GrafanaFailed { get; private set; }

    /// <summary>The process id of Prometheus.</summary>
    public int PrometheusProcessId => _prometheus!.Id;

    /// <param name="options">Where everything listens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Is told, in a line or a few, what happens by itself: a process that died, a port taken.</param>
    /// <param name="cancellationToken">Gives the start up; what was started by then is ended.</param>
    /// <exception cref="SandboxException">It cannot start. Nothing is left running.</exception>
    public static async Task<SandboxCluster> StartAsync(
        SandboxOptions options, TimeProvider time, Action<string> tell, CancellationToken cancellationToken)
    {
        var programs = await Programs.FindAsync(options, cancellationToken);
        PortPlan.Check(options, programs);
        var cluster = new SandboxCluster(options, time, tell);
        try
        {
            await cluster.StartAsync(programs, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task AddNodeAsync(string name, CancellationToken cancellationToken) =>
        Api.CreateAsync("nodes", Manifests.Node(name), cancellationToken);

    public Task RemoveNodeAsync(string name, CancellationToken cancellationToken) =>
        Api.DeleteAsync(ApiClient.NodePath(name), cancellationToken);

    public Task AddPodAsync(string name, CancellationToken cancellationToken) =>
        Api.CreateAsync("namespaces/default/pods", Manifests.Pod(name), cancellationToken);

    public Task AddPodOnAsync(string node, string name, CancellationToken cancellationToken) =>
        Api.CreateAsync("namespaces/default/pods", Manifests.PodOn(node, name), cancellationToken);

    public Task RemovePodAsync(string name, CancellationToken cancellationToken) =>
        Api.DeleteAsync(ApiClient.PodPath("default", name), cancellationToken);

    /// <summary>Kills the node_exporter of a node, and keeps it from being started again until it is released.</summary>
    public void KillExporter(string node) => _kubelets!.ExporterOf(node).KillAndHold();

    /// <summary>Lets the node_exporter of a node be started again.</summary>
    public void ReleaseExporter(string node) => _kubelets!.ExporterOf(node).Release();

    /// <summary>Starts a program that ends with the cluster at the latest.</summary>
    public Task<ChildProcess> LaunchAsync(ProgramStart program) => _launcher.StartAsync(program);

    public async ValueTask DisposeAsync()
    {
        _ending = true;
        await EndAsync(async () => await (_kubelets?.DisposeAsync() ?? default));

        // The API server last: those who follow it should not see it vanish and complain.
        await EndAsync(() => Task.WhenAll(_processes.Skip(1).Select(process => process.DisposeAsync().AsTask())));
        await EndAsync(() => Task.WhenAll(_processes.Take(1).Select(process => process.DisposeAsync().AsTask())));
        _launcher.Dispose();
        Api.Dispose();
        Prometheus.Dispose();
        await EndAsync(() => Task.Run(_folder.Dispose));
    }

    /// <summary>One step of the end. That it fails keeps none of the next from being done.</summary>
    private async Task EndAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception fault)
        {
            _tell(fault.Message);
        }
    }

    private async Task StartAsync(Programs programs, CancellationToken cancellationToken)
    {
        await StartAsync(ControlPlane.ApiServer(Options, programs), PortPlan.Api(Options).IsOpenAsync, cancellationToken);

        foreach (var node in Options.Nodes)
        {
            await AddNodeAsync(node, cancellationToken);
        }

        foreach (var pod in Options.Pods)
        {
            await AddPodAsync(pod, cancellationToken);
        }

        _kubelets = new Kubelets(Options, programs, _launcher, Api, _time, _tell);

        await StartAsync(
            ControlPlane.Daemon(Options, programs, TargetsFolder),
            _ => Task.FromResult(DaemonLog.SaysPublished(_launcher.LogOf("minik8s-filesd"), "pods.json")),
            cancellationToken);

        if (programs.Alertmanager is { } alertmanager)
        {
            var listen = Options.Alertmanager!;
            await StartAsync(
                AlertmanagerServer.Prepare(listen, alertmanager, _folder.Create("alertmanager")),
                PortPlan.Alertmanager(listen).IsOpenAsync,
                cancellationToken);
            Alertmanager = listen;
        }

        _prometheus = await StartAsync(
            PrometheusServer.Prepare(Options, programs, _folder.Create("prometheus"), TargetsFolder),
            Prometheus.IsReadyAsync,
            cancellationToken);

        if (programs.Grafana is { } grafana && Options.Grafana is { } address)
        {
            await StartGrafanaAsync(grafana, address, cancellationToken);
        }
    }

    private async Task StartGrafanaAsync(GrafanaProgram program, IPEndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(
                GrafanaServer.Prepare(address, Options.Prometheus, program, _folder.Create("grafana")),
                PortPlan.Grafana(address).IsOpenAsync,
                cancellationToken);
            Grafana = address;
        }
        catch (SandboxException fault)
        {
            // Only a window on all the rest, and not of our making: that it is broken should not keep the rest from running.
            GrafanaFailed = true;
            _tell($"{fault.Message}\nThe sandbox runs without Grafana.");
        }
    }

    private async Task<ChildProcess> StartAsync(
        ProgramStart program, Func<CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        var process = await _launcher.StartAsync(program);
        _processes.Add(process);
        await process.ReadyAsync(isReady, _time, cancellationToken);
        _ = TellEndAsync(process);
        return process;
    }

    private async Task TellEndAsync(ChildProcess process)
    {
        await process.Exited;
        if (!_ending)
        {
            _tell($"{process.Obituary}\nIt is not started again: end the sandbox with Ctrl+C and start it anew.");
        }
    }
}
