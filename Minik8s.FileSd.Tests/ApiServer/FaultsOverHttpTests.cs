using Minik8s.ApiServer;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class FaultsOverHttpTests : ApiServerTest
{
    protected override ApiServerOptions Options => base.Options with { FaultsOverHttp = true };

    [Test]
    public async Task Without_leave_there_is_no_such_endpoint()
    {
        await using var server = await ApiServerHost.StartAsync();
        using var api = new ApiClient(server.Uri);

        (await api.Post("faults", """{"fault":"refuse"}""")).Code.Should().Be(404);
    }

    [Test]
    public async Task A_fault_for_a_minute_is_over_after_a_minute()
    {
        (await Api.Post("faults", """{"fault":"status","status":500,"resource":"pods","forSeconds":60}""")).Code.Should().Be(204);

        (await Api.Get("api/v1/pods")).Code.Should().Be(500);
        (await Api.Get("api/v1/nodes")).Code.Should().Be(200);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Api.Get("api/v1/pods")).Code.Should().Be(200);
    }

    [TestCase("""{"fault":"status","status":401,"times":1}""", 401)]
    [TestCase("""{"fault":"body","body":"garbage","watch":false}""", 200)]
    [TestCase("""{"fault":"cut","then":"end","afterBytes":10}""", 200)]
    [TestCase("""{"fault":"delay","seconds":0.001}""", 200)]
    [TestCase("""{"fault":"hold-headers"}""", 200)]
    [TestCase("""{"fault":"empty-list"}""", 200)]
    [TestCase("""{"fault":"flood","body":"{\"kind\":\"","length":100000}""", 200)]
    public async Task Each_fault_can_be_named(string fault, int code)
    {
        (await Api.Post("faults", fault)).Code.Should().Be(204);

        (await AdvanceUntil(Api.Get("api/v1/pods"), TimeSpan.FromSeconds(1))).Code.Should().Be(code);
        (await Api.Get("faults")).Text.Should().Contain("\"matched\":1");
        (await Api.Delete("faults")).Code.Should().Be(204);
        (await Api.Get("api/v1/pods")).Names.Should().BeEmpty();
    }

    [TestCase("""{"fault":"refuse"}""")]
    [TestCase("""{"fault":"cut","then":"reset","afterBytes":10,"watch":false}""")]
    public async Task Faults_of_the_connection_can_be_named(string fault)
    {
        await Api.Post("faults", fault);

        await Api.Invoking(api => api.Get("api/v1/pods")).Should().ThrowAsync<HttpRequestException>();
    }

    [TestCase("""{"fault":"meteor"}""")]
    [TestCase("""{"fault":"cut","then":"burn"}""")]
    [TestCase("[]")]
    [TestCase("""{"fault":"refuse","times":4294967296}""")]
    [TestCase("""{"fault":"refuse","times":-1}""")]
    [TestCase("""{"fault":"refuse","skip":1.5}""")]
    [TestCase("""{"fault":"refuse","resorce":"pods"}""")]
    [TestCase("""{"fault":"refuse","status":503}""")]
    [TestCase("""{"fault":"refuse","watch":"yes"}""")]
    [TestCase("""{"fault":"refuse","resource":7}""")]
    [TestCase("""{"fault":"refuse","forSeconds":1e12}""")]
    [TestCase("""{"fault":"flood","length":-1}""")]
    [TestCase("""{"fault":"empty-list","body":"[]"}""")]
    [TestCase("""{"fault":"delay","seconds":-5}""")]
    [TestCase("""{"fault":"delay","seconds":1e9}""")]
    [TestCase("""{"fault":"status","status":42}""")]
    [TestCase("""{"fault":"status","status":99999}""")]
    [TestCase("""{"fault":"status","status":204}""")]
    [TestCase("""{"fault":"status","retryAfter":"5\n"}""")]
    [TestCase("""{"fault":"body","contentType":"text/\nplain"}""")]
    [TestCase("""{"fault":"body","contentType":"té"}""")]
    public async Task A_fault_that_is_not_known_is_a_400(string fault)
    {
        (await Api.Post("faults", fault)).Code.Should().Be(400);
        (await Api.Get("faults")).Text.Should().Be("[]");
    }

    [Test]
    public async Task Compaction_and_the_end_of_watches_can_be_asked_for()
    {
        using var watch = await Api.Watch("api/v1/pods?watch=true");
        await Create(Pod("a"));
        await watch.NextAsync();

        await Api.Post("faults/end-watches", "");
        await Api.Post("faults/compact", "");

        (await watch.LineAsync()).Should().BeNull();
        using var old = await Api.Watch("api/v1/pods?watch=true&resourceVersion=1");
        (await old.NextAsync(1)).Should().Equal("ERROR 410");
        (await Api.Get("faults/requests")).Text.Should().Contain("/api/v1/pods");
    }
}
