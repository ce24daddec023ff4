using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class TableTests : ApiServerTest
{
    [SetUp]
    public void AskForTables() => Api.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept",
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

    [Test]
    public async Task Pods_have_the_columns_that_kubectl_users_know()
    {
        await Create("""
            {"metadata":{"name":"web"},"spec":{"nodeName":"n1","containers":[{"name":"a"},{"name":"b"}]},
             "status":{"phase":"Running","podIP":"10.0.0.9","containerStatuses":[{"ready":true,"restartCount":2},{"ready":false,"restartCount":1}]}}
            """);
        Time.Advance(TimeSpan.FromMinutes(5));

        var table = await Api.Get("api/v1/pods");

        table.Body["kind"]!.GetValue<string>().Should().Be("Table");
        Shown(table.Body, "columnDefinitions", column => column["name"]!.GetValue<string>()).Should().Be(
            "Name,Ready,Status,Restarts,Age,IP,Node,Nominated Node,Readiness Gates");
        Cells(table.Body).Should().Be("""["web","1/2","Running","3","5m","10.0.0.9","n1","<none>","<none>"]""");
        table.Body["rows"]![0]!["object"]!["kind"]!.GetValue<string>().Should().Be("PartialObjectMetadata");
    }

    [Test]
    public async Task Nodes_say_whether_they_are_ready_and_take_pods()
    {
        await Create("""{"metadata":{"name":"n1","labels":{"node-role.kubernetes.io/worker":""}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}],"nodeInfo":{"kubeletVersion":"v1.30.0"}}}""", "api/v1/nodes");

        Cells((await Api.Get("api/v1/nodes")).Body).Should().StartWith(
            """["n1","Ready,SchedulingDisabled","worker","0s","v1.30.0","10.0.0.1",""");
    }

    [Test]
    public async Task A_terminating_pod_says_so()
    {
        await Create(RunningPod("web"));
        await Api.Delete(Pods + "/web");

        Cells((await Api.Get(Pods + "/web")).Body).Should().Contain("\"Terminating\"");
    }

    [Test]
    public async Task A_watch_of_tables_says_its_columns_once()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true");
        await Create(Pod("a"));
        await Create(Pod("b"));

        var (first, second) = ((await watch.NextAsync())!, (await watch.NextAsync())!);

        first.Object["columnDefinitions"]!.AsArray().Should().NotBeEmpty();
        second.Object["columnDefinitions"]!.AsArray().Should().BeEmpty();
        Cells(second.Object).Should().StartWith("[\"b\"");
    }

    [TestCase(5, "5s")]
    [TestCase(119, "119s")]
    [TestCase(125, "2m5s")]
    [TestCase(3600, "60m")]
    [TestCase(4 * 3600 + 60, "4h1m")]
    [TestCase(30 * 3600, "30h")]
    [TestCase(3 * 86400 + 3600, "3d1h")]
    [TestCase(800 * 86400, "2y")]
    public async Task Ages_are_coarser_the_older_they_are(int seconds, string age)
    {
        await Create(Pod("web"));
        Time.Advance(TimeSpan.FromSeconds(seconds));

        Cells((await Api.Get(Pods)).Body).Should().Contain($"\"{age}\"");
    }

    private static string Shown(JsonObject table, string member, Func<JsonNode, string> what) =>
        string.Join(',', table[member]!.AsArray().Select(element => what(element!)));

    private static string Cells(JsonObject table) =>
        table["rows"]![0]!["cells"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
