using System.Net;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>A real Prometheus that scrapes twice a second what a test tells it to, as the user and in the place that a test tells.</summary>
internal sealed class ScrapingPrometheus : IAsyncDisposable
{
    private const UnixFileMode Everybodys = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TempFolder _folder = new();
    private readonly Launcher _launcher;
    private readonly PrometheusClient _client;
    private ChildProcess? _process;

    private ScrapingPrometheus()
    {
        _launcher = new Launcher(_folder.Path);
        Address = OwnAddresses.Options().Prometheus;
        _client = new PrometheusClient(Address);
    }

    public IPEndPoint Address { get; }

    /// <summary>The daemon's flags: it asks every second.</summary>
    public string[] Flags => [$"--prometheus.url=http://{Address}", "--prometheus.interval=1s"];

    /// <summary>Not started yet.</summary>
    public static ScrapingPrometheus Prepare() => new();

    public static async Task<ScrapingPrometheus> StartAsync(IEnumerable<string> files, params string[] by)
    {
        var prometheus = Prepare();
        try
        {
            await prometheus.RunAsync(files, by);
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <param name="files">Of <c>files:</c>, a job for each.</param>
    /// <param name="by">A command that runs it; none by default.</param>
    public async Task RunAsync(IEnumerable<string> files, params string[] by)
    {
        File.SetUnixFileMode(_folder.Path, Everybodys);
        File.SetUnixFileMode(Directory.CreateDirectory(_folder["data"]).FullName, Everybodys);
        var configuration = _folder["prometheus.yml"];
        var jobs = files.Select((file, i) => $$"""
              - job_name: job-{{i}}
                file_sd_configs: [{files: ['{{file}}'], refresh_interval: 2s}]

            """);
        await File.WriteAllTextAsync(configuration, $"global: {{scrape_interval: 500ms, scrape_timeout: 500ms}}\nscrape_configs:\n{string.Concat(jobs)}");
        string[] command =
        [
            .. by,
            Programs.OnPath("prometheus") ?? throw new AssertionException("There is no Prometheus on the PATH; samples/debian-packages.sh prometheus installs it."),
            $"--config.file={configuration}", $"--storage.tsdb.path={_folder["data"]}", $"--web.listen-address={Address}",
        ];
        _process = await _launcher.StartAsync(new ProgramStart("prometheus", Programs.OnPath(command[0]) ?? command[0], command[1..]) { Files = "prometheus" });
        await _process.ReadyAsync(_client.IsReadyAsync, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>As nobody. Ignores the test where no program can be run as another user.</summary>
    public static async Task<string[]> AsNobody()
    {
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        var tried = await Executable.RunAsync(nobody[0], [.. nobody[1..], "true"]);
        if (tried.Code != 0)
            Assert.Ignore($"Prometheus cannot be run as another user here: {tried.Error.Trim()}");
        return nobody;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _launcher.Dispose();
        _folder.Dispose();
    }
}
