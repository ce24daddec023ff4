using System.Text;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class PagingTests : ApiServerTest
{
    [SetUp]
    public async Task CreatePods()
    {
        foreach (var name in new[] { "e", "c", "a", "d", "b" })
        {
            await Create(Pod(name, "\"log\":\"prometheus\""));
        }
    }

    [Test]
    public async Task Pages_come_in_order_and_count_what_remains()
    {
        var one = await Api.Get("api/v1/pods?limit=2");
        var two = await Api.Get("api/v1/pods?limit=2&continue=" + Token(one));
        var three = await Api.Get("api/v1/pods?limit=2&continue=" + Token(two));

        one.Names.Should().Equal("a", "b");
        two.Names.Should().Equal("c", "d");
        three.Names.Should().Equal("e");
        one.Metadata["remainingItemCount"]!.GetValue<int>().Should().Be(3);
        two.Metadata["remainingItemCount"]!.GetValue<int>().Should().Be(1);
        three.Metadata.Select(member => member.Key).Should().Equal("resourceVersion");
    }

    [Test]
    public async Task All_pages_show_the_version_of_the_first()
    {
        var one = await Api.Get("api/v1/pods?limit=2");
        await Api.Delete(Pods + "/c");
        await Create(Pod("cc"));
        await Api.Merge(Pods + "/d", """{"metadata":{"labels":{"new":"1"}}}""");

        var rest = await Api.Get("api/v1/pods?continue=" + Token(one));

        rest.Names.Should().Equal("c", "d", "e");
        rest.Version.Should().Be(one.Version);
        rest.Text.Should().NotContain("\"new\"");
        (await Api.Get("api/v1/pods")).Names.Should().Equal("a", "b", "cc", "d", "e");
    }

    [Test]
    public async Task With_a_selector_nothing_is_said_about_what_remains()
    {
        var one = await Api.Get("api/v1/pods?limit=2&labelSelector=log");

        one.Metadata.ContainsKey("continue").Should().BeTrue();
        one.Metadata.ContainsKey("remainingItemCount").Should().BeFalse();
    }

    [Test]
    public async Task Pages_of_one_namespace_stay_in_it()
    {
        await Create(Pod("z"), "api/v1/namespaces/default-2/pods");

        var one = await Api.Get(Pods + "?limit=4");

        one.Metadata["remainingItemCount"]!.GetValue<int>().Should().Be(1);
        (await Api.Get(Pods + "?limit=4&continue=" + Token(one))).Names.Should().Equal("e");
    }

    [Test]
    public async Task A_page_whose_version_was_compacted_is_a_410_that_offers_the_rest()
    {
        var one = await Api.Get("api/v1/pods?limit=2");
        await Api.Delete(Pods + "/d");
        Server.Store.Compact();

        var expired = await Api.Get("api/v1/pods?limit=2&continue=" + Token(one));
        var rest = await Api.Get("api/v1/pods?continue=" + Token(expired));

        expired.Code.Should().Be(410);
        expired.Reason.Should().Be("Expired");
        rest.Names.Should().Equal("c", "e");
    }

    [TestCase("nonsense")]
    [TestCase("{\"v\":\"v9\",\"rv\":1,\"start\":\"/a\"}")]
    [TestCase("{\"v\":\"meta.k8s.io/v1\",\"rv\":0,\"start\":\"/a\"}")]
    public async Task A_token_that_is_not_ours_is_a_400(string token)
    {
        var refused = await Api.Get("api/v1/pods?continue=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(token)));

        refused.Code.Should().Be(400);
        refused.Message.Should().StartWith("invalid continue token: continue key is not valid: ");
    }

    [Test]
    public async Task An_exact_version_is_listed_as_it_was()
    {
        var before = (await Api.Get("api/v1/pods")).Version;
        await Api.Delete(Pods + "/a");

        var exact = await Api.Get($"api/v1/pods?resourceVersionMatch=Exact&resourceVersion={before}");
        Server.Store.Compact();
        var compacted = await Api.Get($"api/v1/pods?resourceVersionMatch=Exact&resourceVersion={before}");

        exact.Names.Should().Equal("a", "b", "c", "d", "e");
        exact.Version.Should().Be(before);
        compacted.Code.Should().Be(410);
    }

    [Test]
    public async Task Any_version_that_has_come_is_answered_with_the_newest()
    {
        (await Api.Get("api/v1/pods?resourceVersion=0")).Names.Should().HaveCount(5);
        (await Api.Get("api/v1/pods?resourceVersion=3")).Names.Should().HaveCount(5);
        (await Api.Get("api/v1/pods?resourceVersionMatch=NotOlderThan&resourceVersion=3")).Names.Should().HaveCount(5);
    }

    [TestCase("2147483646")]
    [TestCase("2147483647")]
    [TestCase("9223372036854775807")]
    public async Task A_limit_beyond_all_numbers_is_a_page_of_everything(string limit)
    {
        (await Api.Get("api/v1/pods?limit=" + limit)).Names.Should().Equal("a", "b", "c", "d", "e");
    }

    [Test]
    public async Task A_limit_makes_a_version_exact_unless_a_later_one_is_allowed_by_name()
    {
        var before = (await Api.Get("api/v1/pods")).Version;
        await Api.Delete(Pods + "/a");

        var exact = await Api.Get($"api/v1/pods?limit=500&resourceVersion={before}");
        var later = await Api.Get($"api/v1/pods?limit=500&resourceVersion={before}&resourceVersionMatch=NotOlderThan");
        Server.Store.Compact();
        var compacted = await Api.Get($"api/v1/pods?limit=500&resourceVersion={before}");

        exact.Version.Should().Be(before);
        exact.Names.Should().Equal("a", "b", "c", "d", "e");
        later.Names.Should().Equal("b", "c", "d", "e");
        compacted.Code.Should().Be(410);
        (await Api.Get("api/v1/pods?limit=500&resourceVersion=0")).Names.Should().Equal("b", "c", "d", "e");
    }

    [Test]
    public async Task A_token_says_its_version_itself()
    {
        var one = await Api.Get("api/v1/pods?limit=2");

        (await Api.Get($"api/v1/pods?limit=2&resourceVersion={one.Version}&continue={Token(one)}")).Code.Should().Be(400);
        (await Api.Get($"api/v1/pods?limit=2&resourceVersion=0&continue={Token(one)}")).Names.Should().Equal("c", "d");
    }

    [TestCase("resourceVersion=abc", 400)]
    [TestCase("limit=abc", 400)]
    [TestCase("resourceVersionMatch=Exact", 422)]
    [TestCase("resourceVersionMatch=Exact&resourceVersion=0", 422)]
    [TestCase("resourceVersionMatch=Odd&resourceVersion=1", 422)]
    [TestCase("sendInitialEvents=true", 422)]
    [TestCase("watch=1&sendInitialEvents=true", 422)]
    [TestCase("watch=1&resourceVersionMatch=NotOlderThan&resourceVersion=1", 422)]
    public async Task Options_that_make_no_sense_are_refused(string query, int code)
    {
        (await Api.Get("api/v1/pods?" + query)).Code.Should().Be(code);
    }

    private static string Token(ApiAnswer page) => Uri.EscapeDataString(page.Metadata["continue"]!.GetValue<string>());
}
