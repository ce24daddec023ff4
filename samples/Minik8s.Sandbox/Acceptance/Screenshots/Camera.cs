using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Acceptance.Screenshots;

/// <summary>Takes pictures of pages of Prometheus and of the daemon, each from its top to its end, as a browser without a window draws them.</summary>
internal sealed class Camera(SandboxCluster cluster, string browser, string folder)
{
    private const int Width = 1280;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private int _taken;

    /// <returns>What was taken.</returns>
    /// <exception cref="SandboxException">There is no picture.</exception>
    public async Task<string> TakeAsync(Picture picture, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, picture.Name + ".png");
        File.Delete(file);
        var page = picture.IsOfDaemon
            ? new Uri($"http://{cluster.Options.Web}{picture.Page}")
            : await PageAsync(picture.Page, cancellationToken);
        var name = $"browser-{++_taken}";
        var profile = Path.Combine(cluster.Folder, name, "profile");
        await using var process = await cluster.LaunchAsync(Browser.Start(name, browser, profile, Width));

        DevTools? tools = null;
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await process.ReadyAsync(
                async token => (tools = await DevTools.ConnectAsync(profile, token)) is not null, TimeProvider.System, either.Token);
            await File.WriteAllBytesAsync(file, await DrawnAsync(tools!, page, picture, either.Token), cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            throw new SandboxException($"The browser has no picture of {page} after {Patience.TotalSeconds:0} s.");
        }
        catch (Exception fault) when (fault is WebSocketException or HttpRequestException)
        {
            throw new SandboxException($"The browser took no picture of {page}: {fault.Message}");
        }
        finally
        {
            tools?.Dispose();
        }

        return $"picture of {page} in {file}";
    }

    /// <returns>
    /// The whole page as a PNG, once it has asked Prometheus for nothing more for half a second. The daemon's page listens
    /// to the daemon for as long as it is open: it is taken once it is loaded.
    /// </returns>
    private static async Task<byte[]> DrawnAsync(DevTools tools, Uri page, Picture picture, CancellationToken cancellationToken)
    {
        await tools.CallAsync("Page.enable", [], cancellationToken);
        await tools.CallAsync("Page.setLifecycleEventsEnabled", new JsonObject { ["enabled"] = true }, cancellationToken);
        var loader = (string?)(await tools.CallAsync(
            "Page.navigate", new JsonObject { ["url"] = page.AbsoluteUri }, cancellationToken))["loaderId"];
        await tools.WaitForAsync(
            "Page.lifecycleEvent",
            happened => (string?)happened["name"] == (picture.IsOfDaemon ? "load" : "networkIdle") && (string?)happened["loaderId"] == loader,
            cancellationToken);
        var ran = await tools.CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = picture.Script, ["awaitPromise"] = true }, cancellationToken);
        if (ran["exceptionDetails"] is { } fault)
        {
            throw new SandboxException($"The page {page} does not let itself be unfolded: {fault.ToJsonString()}");
        }

        var size = (await tools.CallAsync("Page.getLayoutMetrics", [], cancellationToken))["cssContentSize"]!;
        var taken = await tools.CallAsync(
            "Page.captureScreenshot",
            new JsonObject
            {
                ["format"] = "png",
                ["captureBeyondViewport"] = true,
                ["clip"] = new JsonObject
                {
                    ["x"] = 0,
                    ["y"] = 0,
                    ["width"] = Width,
                    ["height"] = Math.Ceiling((double)size["height"]!),
                    ["scale"] = 1,
                },
            },
            cancellationToken);
        return Convert.FromBase64String((string)taken["data"]!);
    }

    /// <summary>The page by its usual path or, where the package comes without the newer pages, as Debian's does, by the older one.</summary>
    private async Task<Uri> PageAsync(string path, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = cluster.Prometheus.Server };
        foreach (var page in (string[])[path, "/classic" + path])
        {
            using var response = await http.GetAsync(page, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return new Uri(cluster.Prometheus.Server, page);
            }
        }

        throw new SandboxException($"This Prometheus has no page {path} to take a picture of.");
    }
}
