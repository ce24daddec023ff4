using Minik8s.Sandbox.Processes;

namespace Minik8s.Sandbox.Acceptance.Screenshots;

/// <summary>Takes pictures of Prometheus' pages as a browser without a window draws them.</summary>
internal sealed class Camera(SandboxCluster cluster, string browser, string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private int _taken;

    /// <returns>What was taken.</returns>
    /// <exception cref="SandboxException">There is no picture.</exception>
    public async Task<string> TakeAsync(Picture picture, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, picture.Name + ".png");
        File.Delete(file);
        var page = await PageAsync(picture.Page, cancellationToken);
        var name = $"browser-{++_taken}";
        await using var process = await cluster.LaunchAsync(new ProgramStart(
            name,
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            $"--user-data-dir={Path.Combine(cluster.Folder, name, "profile")}",
            $"--window-size={picture.Width},{picture.Height}",

            // The page draws itself from what it asks Prometheus for: until nothing is left to do, 15 s of its time at most.
            "--virtual-time-budget=15000",
            $"--screenshot={file}",
            page.AbsoluteUri));
        try
        {
            await process.Exited.WaitAsync(Patience, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SandboxException($"The browser has no picture of {page} after {Patience.TotalSeconds:0} s.");
        }

        return File.Exists(file)
            ? $"picture of {page} in {file}"
            : throw new SandboxException($"The browser took no picture of {page}. {process.Obituary}");
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
