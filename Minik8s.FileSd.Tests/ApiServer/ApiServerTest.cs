using Microsoft.Extensions.Time.Testing;
using Minik8s.ApiServer;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>A real server on a free port, a clock of its own and a client.</summary>
internal abstract class ApiServerTest
{
    protected const string Pods = "api/v1/namespaces/default/pods";

    protected FakeTimeProvider Time { get; private set; } = null!;

    protected ApiServerHost Server { get; private set; } = null!;

    protected ApiClient Api { get; private set; } = null!;

    protected virtual ApiServerOptions Options => new() { TimeProvider = Time };

    [SetUp]
    public async Task StartServer()
    {
        Time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Server = await ApiServerHost.StartAsync(Options);
        Api = new ApiClient(Server.Uri);
    }

    [TearDown]
    public async Task StopServer()
    {
        Api.Dispose();
        await Server.DisposeAsync();
    }

    protected static string Pod(string name, string labels = "", string spec = "", string status = "") =>
        $$$"""{"metadata":{"name":"{{{name}}}","labels":{ {{{labels}}} } },"spec":{ {{{spec}}} },"status":{ {{{status}}} } }""";

    /// <summary>A pod that a grace period applies to.</summary>
    protected static string RunningPod(string name, string more = "") =>
        Pod(name, spec: $"\"nodeName\":\"n1\"{more}", status: "\"phase\":\"Running\"");

    protected async Task<ApiAnswer> Create(string body, string path = Pods)
    {
        var created = await Api.Post(path, body);
        created.Code.Should().Be(201, created.Text);
        return created;
    }

    /// <summary>Moves the clock until something has happened that waits for it.</summary>
    protected async Task<T> AdvanceUntil<T>(Task<T> happened, TimeSpan step)
    {
        while (!happened.IsCompleted)
        {
            Time.Advance(step);
            await Task.Yield();
        }

        return await happened;
    }
}
