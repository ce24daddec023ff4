using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Web;

/// <summary><c>/sd/nodes</c> and <c>/sd/pods</c>, as Prometheus and others ask for them.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class TargetListTests
{
    [Test]
    public async Task Before_the_first_publish_it_is_an_error_in_words_and_never_an_empty_list()
    {
        await using var web = await TestEndpoint.StartAsync();
        (await web.GetAsync("/sd/pods")).Should().Be((HttpStatusCode.ServiceUnavailable, "pods: not listed yet\npods.json: not written yet\n"));
        web.Pods.Follow();
        web.Pods.Feed.Changed(new FileContent([Contents.Listed([TestFeed.Pod("ns", "a", "10.0.0.1:1")])]));
        (await web.GetAsync("/sd/pods")).Should().Be((HttpStatusCode.ServiceUnavailable, "pods.json: not written yet\n"));
    }

    [Test]
    public async Task It_is_the_bytes_of_the_file()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Follow();
        var content = web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"), TestFeed.Pod("ns", "ä", "10.0.0.2:1"), TestFeed.Not("ns", "c", Reason.PodFinished));
        web.Nodes.Publish();
        using var response = await web.Http.GetAsync("/sd/pods");
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        response.Content.Headers.ContentLength.Should().Be(content.Length);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(content.Bytes());
        (await web.GetAsync("/sd/nodes")).Should().Be((HttpStatusCode.OK, "[]\n"), "the cluster says that there are none");
    }

    [Test]
    public async Task What_is_newer_than_the_file_is_told_when_it_is_written()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Pods.Follow();
        var old = web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"));
        var next = new FileContent([Contents.Listed([TestFeed.Pod("ns", "a", "10.0.0.2:1")])]);
        web.Pods.Feed.Changed(next);
        web.Pods.File.Writing(next);
        web.Pods.File.DelayAfter(new IOException("No space left on device"));
        (await web.GetAsync("/sd/pods")).Text.Should().Be(old.Text());
        web.Pods.File.Published(new Publication(true, 1, next.Length));
        (await web.GetAsync("/sd/pods")).Text.Should().Be(next.Text());
    }

    [Test]
    public async Task Who_has_it_already_is_told_so_and_gets_nothing()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Pods.Follow();
        web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"));
        var tag = (await AskAsync(web)).Tag!;
        tag.IsWeak.Should().BeFalse();
        (await AskAsync(web, tag)).Should().Be((HttpStatusCode.NotModified, tag, 0));
        (await AskAsync(web, new("\"other\""), tag)).Code.Should().Be(HttpStatusCode.NotModified);
        (await AskAsync(web, EntityTagHeaderValue.Any)).Code.Should().Be(HttpStatusCode.NotModified);
        (await AskAsync(web, new EntityTagHeaderValue("\"other\""))).Code.Should().Be(HttpStatusCode.OK);

        web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"), TestFeed.Not("ns", "b", Reason.PodFinished));
        (await AskAsync(web, tag)).Code.Should().Be(HttpStatusCode.NotModified, "the same bytes have the same tag");
        web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.2:1"));
        (await AskAsync(web, tag)).Code.Should().Be(HttpStatusCode.OK);
        (await AskAsync(web)).Tag.Should().NotBe(tag);
    }

    [Test]
    public async Task The_head_alone_can_be_asked_for()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Pods.Follow();
        var content = web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"));
        using var response = await web.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/sd/pods"));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.Should().Be(content.Length);
        response.Headers.ETag.Should().Be((await AskAsync(web)).Tag);
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Test]
    public async Task A_reader_that_stops_is_dropped_while_others_get_all_of_it()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Pods.Follow();
        var content = web.Pods.Publish(Many(20_000));
        content.Length.Should().BeGreaterThan(20 << 20, "it is more than any socket takes unread");
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(web.Address);
        await client.GetStream().WriteAsync("GET /sd/pods HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await client.GetStream().ReadExactlyAsync(new byte[100]);

        (await web.Http.GetByteArrayAsync("/sd/pods")).Should().HaveCount((int)content.Length);
        await Eventually.Holds(() => !IsConnected(client), "the server has dropped it");
        (await web.Http.GetByteArrayAsync("/sd/pods")).Should().HaveCount((int)content.Length);
    }

    /// <summary>Without reading from it: what the server has sent is not taken.</summary>
    private static bool IsConnected(TcpClient client)
    {
        var own = (IPEndPoint)client.Client.LocalEndPoint!;
        var address = Convert.ToHexString([.. own.Address.MapToIPv4().GetAddressBytes().Reverse()]) + $":{own.Port:X4}";
        return File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(columns => columns[2].EndsWith(address, StringComparison.Ordinal) && columns[3] == "01");
    }

    private static IEnumerable<(ObjectKey, Verdict)> Many(int count)
    {
        var value = new string('x', 1000);
        return Enumerable.Range(0, count).Select(i => (
            new ObjectKey("ns", $"p{i:00000}"), (Verdict)new Verdict.Target([new TargetGroup($"10.0.{i / 250}.{i % 250}:1", [new("pod", $"p{i}"), new("x", value)])], [])));
    }

    private static async Task<(HttpStatusCode Code, EntityTagHeaderValue? Tag, int Bytes)> AskAsync(TestEndpoint web, params EntityTagHeaderValue[] known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sd/pods");
        foreach (var tag in known)
            request.Headers.IfNoneMatch.Add(tag);
        using var response = await web.Http.SendAsync(request);
        return (response.StatusCode, response.Headers.ETag, (await response.Content.ReadAsByteArrayAsync()).Length);
    }
}
