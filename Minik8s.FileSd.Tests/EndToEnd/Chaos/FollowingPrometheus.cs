using System.Globalization;
using System.Net;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>
/// A real Prometheus that follows both files and nothing else. It reads them when it is notified; that it reads them without,
/// every five minutes, hides no notification that was lost, for nothing is waited for as long. It hardly scrapes: nobody listens there.
/// </summary>
internal sealed class FollowingPrometheus : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Launcher _launcher;
    private ChildProcess? _process;

    private FollowingPrometheus()
    {
        _launcher = new Launcher(_folder.Path);
        Address = OwnAddresses.Options().Prometheus;
        Client = new PrometheusClient(Address);
    }

    public IPEndPoint Address { get; }

    public PrometheusClient Client { get; }

    /// <param name="cluster">Whose files it follows. They need not be there yet.</param>
    public static async Task<FollowingPrometheus> StartAsync(TestCluster cluster)
    {
        var prometheus = new FollowingPrometheus();
        try
        {
            await prometheus.StartAsync(Job("nodes", "node", cluster.NodesFile) + Job("pods", "pod", cluster.PodsFile));
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its targets, in no order.</summary>
    public async Task<IEnumerable<ListedTarget>> TargetsAsync() =>
        from target in await Client.TargetsAsync(CancellationToken.None)
        select new ListedTarget(
            target.Address, target.Labels[target.Job == "nodes" ? "node" : "pod"], int.Parse(target.Labels["rev"], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _launcher.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(string jobs)
    {
        var configuration = _folder["prometheus.yml"];
        await File.WriteAllTextAsync(configuration, $"global: {{scrape_interval: 10m}}\nscrape_configs:\n{jobs}");
        _process = await _launcher.StartAsync(new ProgramStart(
            "prometheus",
            Programs.OnPath("prometheus") ?? throw new AssertionException("There is no Prometheus on the PATH; samples/debian-packages.sh prometheus installs it."),
            $"--config.file={configuration}", $"--storage.tsdb.path={_folder["data"]}", $"--web.listen-address={Address}"));
        await _process.ReadyAsync(Client.IsReadyAsync, TimeProvider.System, CancellationToken.None);
    }

    private static string Job(string name, string kind, string file) => $"""
          - job_name: {name}
            file_sd_configs:
              - files: ['{file}']
                refresh_interval: 5m
            relabel_configs:
              - source_labels: [__meta_kubernetes_{kind}_label_rev]
                target_label: rev

        """;
}
