using System.Text.Json.Nodes;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;
using Minik8s.Sandbox.Prometheus;

namespace Minik8s.FileSd.Tests.EndToEnd;

/// <summary>Whether a real Prometheus has the same targets from the files and from <c>/sd/nodes</c> and <c>/sd/pods</c>.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class HttpSdTests
{
    /// <summary>What each way of discovery says of itself, and what the job's name brings with it.</summary>
    private static readonly string[] OfTheWay = ["__meta_filepath", "__meta_url", "job"];

    [Test]
    public async Task By_http_sd_a_real_Prometheus_has_the_targets_that_it_has_by_file_sd()
    {
        using var web = new EndpointClient();
        await using var cluster = await TestCluster.StartAsync();
        cluster.AddNode("worker-1", "127.0.1.1");
        cluster.AddNode("worker-2", "127.0.1.2");
        cluster.AddPod("a", "127.0.2.1");
        cluster.AddPod("b", "127.0.2.2");
        cluster.AddPod("unlabelled", "127.0.2.3", log: "no");
        await using var daemon = Daemon.Follow(cluster.Server.Uri, cluster.Folder, web.Flag, "--labels.meta", "full");
        await web.UntilReady();

        using var folder = new TempFolder();
        using var launcher = new Launcher(folder.Path);
        var address = OwnAddresses.Options().Prometheus;
        using var prometheus = new PrometheusClient(address);
        await File.WriteAllTextAsync(folder["prometheus.yml"], $$"""
            global: {scrape_interval: 10m}
            scrape_configs:
              - job_name: nodes-file
                file_sd_configs: [{files: ['{{cluster.NodesFile}}']}]
              - job_name: pods-file
                file_sd_configs: [{files: ['{{cluster.PodsFile}}']}]
              - job_name: nodes-http
                http_sd_configs: [{url: 'http://{{web.Address}}/sd/nodes', refresh_interval: 1s}]
              - job_name: pods-http
                http_sd_configs: [{url: 'http://{{web.Address}}/sd/pods', refresh_interval: 1s}]
            """);
        await using var process = await launcher.StartAsync(new ProgramStart(
            "prometheus",
            Programs.OnPath("prometheus") ?? throw new AssertionException("There is no Prometheus on the PATH; samples/debian-packages.sh prometheus installs it."),
            $"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address={address}"));
        await process.ReadyAsync(prometheus.IsReadyAsync, TimeProvider.System, CancellationToken.None);

        await UntilTheSame("nodes", 2);
        await UntilTheSame("pods", 2);
        cluster.AddPod("c", "127.0.2.4");
        cluster.DeletePod("a");
        cluster.AddPod("d", "127.0.2.5");
        await UntilTheSame("pods", 3);

        async Task UntilTheSame(string kind, int count)
        {
            List<string> byFile = [], byHttp = [];
            try
            {
                await Eventually.Holds(
                    async () =>
                    {
                        (byFile, byHttp) = (await TargetsAsync($"{kind}-file"), await TargetsAsync($"{kind}-http"));
                        return byFile.Count == count && byFile.SequenceEqual(byHttp);
                    },
                    "both ways say the same");
            }
            catch (AssertionException fault)
            {
                throw new AssertionException($"{fault.Message}; of {kind}\nby file\n{string.Join('\n', byFile)}\nby http\n{string.Join('\n', byHttp)}");
            }
        }

        async Task<List<string>> TargetsAsync(string job)
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            var answer = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://{address}/api/v1/targets?state=active")))!;
            return
            [
                .. from target in answer["data"]!["activeTargets"]!.AsArray()
                   where (string?)target!["scrapePool"] == job
                   let labels = target["discoveredLabels"]!.AsObject().Where(label => !OfTheWay.Contains(label.Key)).OrderBy(label => label.Key, StringComparer.Ordinal)
                   let text = string.Join(' ', labels.Select(label => $"{label.Key}={label.Value}"))
                   orderby text
                   select text,
            ];
        }
    }
}
