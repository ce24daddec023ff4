using System.Net;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.EndToEnd;
using Minik8s.FileSd.Tests.Support;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>The sample user program as in its container, where it listens on all addresses.</summary>
internal sealed class MetricsAppTests
{
    [Test]
    public async Task Its_numbers_move_by_themselves_and_promtool_accepts_them()
    {
        var programs = await Programs.FindAsync(OwnAddresses.Options(), CancellationToken.None);
        var port = OwnAddresses.Free("127.0.0.1").Port;
        using var app = Executable.Start(programs.MetricsApp, ["--listen", $"{IPAddress.Any}:{port}"]);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            var page = "";
            await Eventually.Holds(
                async () =>
                {
                    try
                    {
                        page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
                        return page.Contains("app_requests_total{route=\"/work\",code=\"200\"}")
                            && !page.Contains("app_work_duration_seconds_count 0");
                    }
                    catch (HttpRequestException) when (!app.HasExited)
                    {
                        return false;
                    }
                },
                "somebody asks it for work");

            using var folder = new TempFolder();
            await File.WriteAllTextAsync(folder["metrics"], page);
            (await Executable.RunAsync("bash", ["-c", "promtool check metrics <\"$1\"", "bash", folder["metrics"]]))
                .Should().Be(new Finished(0, "", ""));
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync();
        }
    }
}
