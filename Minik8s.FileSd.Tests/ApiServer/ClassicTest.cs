using System.Net;
using System.Text.Json.Nodes;
using Minik8s.ApiServer;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>A server that also listens as the original Minik8s, and a client for that address.</summary>
internal abstract class ClassicTest : ApiServerTest
{
    protected static readonly string Recordings = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures", "minik8s");

    protected ApiClient Classic { get; private set; } = null!;

    protected override ApiServerOptions Options => base.Options with { ClassicListen = new IPEndPoint(IPAddress.Loopback, 0) };

    [SetUp]
    public void StartClient() => Classic = new ApiClient(Server.ClassicUri!, new SocketsHttpHandler { AllowAutoRedirect = false });

    [TearDown]
    public void StopClient() => Classic.Dispose();

    protected async Task<IReadOnlyList<JsonObject>> ListAsync(string path)
    {
        var answer = await Classic.Get(path);
        answer.Code.Should().Be(200, answer.Text);
        return [.. JsonNode.Parse(answer.Text)?.AsArray().Select(element => element!.AsObject()) ?? []];
    }

    protected Task<ApiAnswer> CreateNode(string name, string status) =>
        Create($$"""{"metadata":{"name":"{{name}}"},"status":{ {{status}} } }""", "api/v1/nodes");

    protected static string InternalIP(string address) => $$"""
        "addresses":[{"type":"Hostname","address":"n"},{"type":"InternalIP","address":"{{address}}"}]
        """;

    protected static string Text(JsonNode node, string path) =>
        path.Split('.').Aggregate(node, (at, member) => at[member]!).GetValue<string>();
}
