using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.Sandbox.Acceptance.Screenshots;
using Minik8s.Sandbox.Processes;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>A page in a real browser without a window. One thing at a time.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly Launcher _launcher;
    private ChildProcess? _process;
    private DevTools? _tools;

    // Of the pages before.
    private int _earlier;

    private BrowserPage() => _launcher = new Launcher(_folder.Path);

    public static async Task<BrowserPage> StartAsync()
    {
        var page = new BrowserPage();
        try
        {
            await page.LaunchAsync();
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the browser has complained about since the page was opened: faults of scripts, errors of the console, what the policy forbids.</summary>
    public async Task<IReadOnlyList<string>> ComplaintsAsync() => [.. (await AllComplaintsAsync()).Skip(_earlier)];

    private async Task<List<string>> AllComplaintsAsync()
    {
        // Events come in with the answer to a call.
        await EvaluateAsync("new Promise(done => setTimeout(done, 100))");
        return
        [
            .. from happened in _tools!.Happened()
               where (string?)happened["method"] switch
               {
                   "Runtime.exceptionThrown" => true,
                   "Runtime.consoleAPICalled" => (string?)happened["params"]!["type"] is "error" or "warning" or "assert",
                   "Log.entryAdded" => (string?)happened["params"]!["entry"]!["level"] is "error" or "warning",
                   _ => false,
               }
               select happened.ToJsonString(),
        ];
    }

    public async Task OpenAsync(Uri address)
    {
        await NavigateAsync(new Uri("about:blank"));
        _earlier = (await AllComplaintsAsync()).Count;
        await NavigateAsync(address);
    }

    private async Task NavigateAsync(Uri address)
    {
        var loader = (string?)(await CallAsync("Page.navigate", new() { ["url"] = address.AbsoluteUri }))["loaderId"];
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        await _tools!.WaitForAsync(
            "Page.lifecycleEvent", happened => (string?)happened["name"] == "load" && (string?)happened["loaderId"] == loader, deadline.Token);
    }

    /// <summary>How wide it is, and whether its reader likes it dark.</summary>
    public async Task LookAsync(int width, bool isDark)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await CallAsync("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        });
    }

    /// <summary>As from the keyboard, to what has the focus.</summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new() { ["text"] = text });

    /// <param name="expression">JavaScript; a promise is waited for.</param>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var done = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true });
        done["exceptionDetails"].Should().BeNull("of {0}", expression[..Math.Min(expression.Length, 200)]);
        return done["result"]!["value"];
    }

    public async Task Until(string condition, string what)
    {
        try
        {
            await Eventually.Holds(async () => (bool)(await EvaluateAsync($"Boolean({condition})"))!, what);
        }
        catch (AssertionException fault)
        {
            throw new AssertionException($"{fault.Message}; the page says:\n{await EvaluateAsync("document.body.innerText")}");
        }
    }

    public async Task<JsonNode> CallAsync(string method, JsonObject parameters)
    {
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        return await _tools!.CallAsync(method, parameters, deadline.Token);
    }

    /// <summary>A text as JavaScript writes it.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text);

    public async ValueTask DisposeAsync()
    {
        _tools?.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _launcher.Dispose();
        _folder.Dispose();
    }

    private async Task LaunchAsync()
    {
        var program = Programs.OnPath(DebianPackages.Chromium.Programs)
            ?? throw new AssertionException("There is no Chromium on the PATH; samples/debian-packages.sh chromium installs it.");
        _process = await _launcher.StartAsync(Browser.Start("browser", program, _folder["profile"], 1280));
        await _process.ReadyAsync(
            async stop => (_tools = await DevTools.ConnectAsync(_folder["profile"], stop)) is not null, TimeProvider.System, CancellationToken.None);
        foreach (var domain in new[] { "Page", "Runtime", "Log" })
            await CallAsync($"{domain}.enable", []);
        await CallAsync("Page.setLifecycleEventsEnabled", new() { ["enabled"] = true });
    }
}
