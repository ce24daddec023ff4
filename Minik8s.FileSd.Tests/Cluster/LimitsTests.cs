using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

internal sealed class LimitsTests
{
    private const string ListBegins = """{"kind":"NodeList","metadata":{"resourceVersion":"1"},"items":[""";
    private const string FrameBegins = """{"type":"ADDED","object":{"kind":"Node","metadata":{"name":"a","annotations":{"x":" """;
    private static readonly Limits Small = new(1 << 20, TimeSpan.FromSeconds(5), 10, 1 << 21, TimeSpan.FromSeconds(30));

    private readonly FakeTimeProvider _time = new();

    private KubernetesFormat<Node> Format => new("Node", ClusterJson.Default.Node, bounds: new(Small, _time));

    [Test]
    public async Task A_frame_of_a_gigabyte_is_given_up_at_the_limit()
    {
        var endless = new EndlessStream(FrameBegins, "y");
        await Awaiting(Format.ReadWatchAsync(endless, CancellationToken.None)).Should().ThrowAsync<LimitException>()
            .WithMessage("a frame of the watch is longer than 1 MiB; --limits.object-bytes sets this limit");
        endless.Given.Should().BeLessThan(2 * Small.ObjectBytes);
    }

    [TestCase(ListBegins + """{"metadata":{"name":"a","annotations":{"x":" """, "y", TestName = "An item of a gigabyte")]
    [TestCase(ListBegins, " ", TestName = "A gigabyte of nothing")]
    [TestCase("""{"kind":"NodeList","x":{"y":" """, "y", TestName = "A gigabyte beside the items")]
    public async Task An_item_is_given_up_at_the_limit(string begins, string more)
    {
        var endless = new EndlessStream(begins, more);
        await Awaiting(Format.ReadListAsync(endless, CancellationToken.None)).Should().ThrowAsync<LimitException>()
            .WithMessage("an object of the NodeList is longer than 1 MiB; --limits.object-bytes sets this limit");
        endless.Given.Should().BeLessThan(2 * Small.ObjectBytes);
    }

    [Test]
    public async Task Items_do_not_wait_for_ever_for_the_kind_of_their_list()
    {
        var endless = new EndlessStream("""{"items":[{"metadata":{"name":"a"}}""", """,{"metadata":{"name":"a"}}""");
        await Awaiting(Format.ReadListAsync(endless, CancellationToken.None)).Should().ThrowAsync<LimitException>();
        endless.Given.Should().BeLessThan(2 * Small.ObjectBytes);
    }

    [Test]
    public async Task A_frame_that_drips_in_is_given_up_when_its_time_is_over()
    {
        var pipe = new Pipe();
        await using var events = Format.ReadWatchAsync(pipe.Reader.AsStream(), CancellationToken.None).GetAsyncEnumerator();
        await Write(pipe, FrameBegins + "\"}}}}");
        (await events.MoveNextAsync()).Should().BeTrue();

        // Between frames a watch may be quiet, and send white space.
        var next = events.MoveNextAsync().AsTask();
        _time.Advance(TimeSpan.FromMinutes(5));
        await Write(pipe, "\n");
        _time.Advance(TimeSpan.FromMinutes(5));
        next.IsCompleted.Should().BeFalse();

        // When a byte is read nobody here can see: they go on coming, second by second, until it is over.
        var began = _time.GetUtcNow();
        var drops = new Queue<char>(FrameBegins + new string('y', 10_000));
        await Eventually.Holds(
            async () =>
            {
                await Write(pipe, $"{drops.Dequeue()}");
                _time.Advance(TimeSpan.FromSeconds(1));
                return next.IsCompleted;
            },
            "it is given up");
        (_time.GetUtcNow() - began).Should().BeGreaterThanOrEqualTo(Small.ObjectTime);
        await next.Invoking(n => n).Should().ThrowAsync<TimeoutException>()
            .WithMessage("a frame of the watch that has begun is not whole after 5 s; --limits.object-time sets this limit");
    }

    [Test]
    public async Task An_item_that_drips_in_is_given_up_when_its_time_is_over()
    {
        var pipe = new Pipe();
        await Write(pipe, ListBegins + """{"metadata":{""");
        await using var parts = Format.ReadListAsync(pipe.Reader.AsStream(), CancellationToken.None).GetAsyncEnumerator();
        var next = parts.MoveNextAsync().AsTask();
        _time.Advance(Small.ObjectTime);
        await next.Invoking(n => n).Should().ThrowAsync<TimeoutException>().WithMessage("*--limits.object-time sets this limit");
    }

    /// <summary>Each byte is looked at a few times, and not once for each piece: that would be 16 TB here.</summary>
    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(60_000)]
    public async Task What_comes_byte_by_byte_costs_its_length_to_read(bool isWatch, CancellationToken stop)
    {
        var limits = Small with { ObjectBytes = 8 << 20 };
        var format = new KubernetesFormat<Node>("Node", ClusterJson.Default.Node, bounds: new(limits, _time));
        var text = new string('y', 4 << 20);
        var whole = isWatch ? FrameBegins + text + "\"}}}}" : ListBegins + """{"metadata":{"name":"a","annotations":{"x":" """ + text + "\"}}}]}";
        var body = new SlowStream(Encoding.UTF8.GetBytes(whole), 1);
        var count = 0;
        if (isWatch)
        {
            await foreach (var said in format.ReadWatchAsync(body, stop))
                count += said.Object!.Metadata.Annotations!["x"].Length;
        }
        else
        {
            await foreach (var part in format.ReadListAsync(body, stop))
                count += part.Item?.Metadata.Annotations!["x"].Length ?? 0;
        }

        count.Should().BeGreaterThanOrEqualTo(text.Length);
    }

    [Test]
    public async Task A_list_of_ever_new_pages_and_names_is_given_up_at_the_limit()
    {
        var api = new ScriptedApi();
        for (var page = 0; page < 4; page++)
            api.Page("1", $"token {page}", $"a{page}", $"b{page}", $"c{page}");
        await List(api).Should().ThrowAsync<LimitException>().WithMessage("the list has more than 10 objects; --limits.list-objects sets this limit");
        api.Lists.Should().HaveCount(4);
    }

    [Test]
    public async Task A_list_of_ever_new_pages_with_nothing_on_them_is_given_up()
    {
        var api = new ScriptedApi();
        for (var page = 0; page < 1_100; page++)
            api.Page("1", $"token {page}");
        await List(api).Should().ThrowAsync<IOException>().WithMessage("the pages of the list come to no end");
    }

    [Test]
    public async Task A_list_is_given_up_when_its_time_is_over()
    {
        var api = new ScriptedApi { Time = _time };
        for (var page = 0; page < 4; page++)
            api.Page("1", $"token {page}", $"a{page}");
        var list = new PagedList<Node>(api, new ListQuery("0", 500, null), Small, _time);
        var count = 0;
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var _ in list.ReadAsync(CancellationToken.None))
            {
                if (++count == 3)
                    _time.Advance(Small.ListTime);
            }
        }).Should().ThrowAsync<TimeoutException>().WithMessage("the list is not whole after 30 s, in which 2 objects came; --limits.list-time sets this limit");
    }

    [Test]
    public async Task Pages_are_bounded_together()
    {
        var api = new ScriptedApi().Sized(1 << 20, "token 1").Sized(1 << 20, "token 2").Sized(1, null);
        await List(api).Should().ThrowAsync<LimitException>().WithMessage("the list is longer than 2 MiB; --limits.list-bytes sets this limit");
    }

    private Func<Task> List(ScriptedApi api) => async () =>
    {
        await foreach (var _ in new PagedList<Node>(api, new ListQuery("0", 500, null), Small, _time).ReadAsync(CancellationToken.None))
        {
        }
    };

    private static Func<Task> Awaiting<T>(IAsyncEnumerable<T> items) => async () =>
    {
        await foreach (var _ in items)
        {
        }
    };

    private static async Task Write(Pipe pipe, string text) => await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>A beginning, and then always the same.</summary>
    private sealed class EndlessStream(string begins, string more) : MemoryStream
    {
        private readonly byte[] _more = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(more, (64 * 1024 / more.Length) + 1)));
        private byte[] _rest = Encoding.UTF8.GetBytes(begins);

        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsMemory(0, count).CopyTo(buffer);
            _rest = count < _rest.Length ? _rest[count..] : _more;
            Given += count;
            return ValueTask.FromResult(count);
        }
    }
}
