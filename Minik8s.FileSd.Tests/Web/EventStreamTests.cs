using System.Net;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Tests.Support;
using Minik8s.FileSd.Web;

namespace Minik8s.FileSd.Tests.Web;

/// <summary><c>/api/events</c>: those who want to know at once that something is other than before.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class EventStreamTests
{
    [Test]
    public async Task A_change_is_told_and_what_does_not_change_is_not()
    {
        await using var web = await TestEndpoint.StartAsync();
        web.Follow();
        using var events = await Listener.OpenAsync(web);
        events.Type.Should().Be("text/event-stream");
        web.Pods.Publish(TestFeed.Pod("ns", "a", "10.0.0.1:1"));
        (await events.NextAsync()).Should().Be("event: change");
        web.Pods.Stream.Failed(new TimeoutException("silent"), TimeSpan.FromSeconds(1));
        (await events.NextAsync()).Should().Be("event: change");
        events.HasMore.Should().BeFalse();
    }

    [Test]
    public async Task In_silence_a_comment_shows_that_it_lives_and_after_a_while_it_ends()
    {
        var time = new FakeTimeProvider();
        await using var web = await TestEndpoint.StartAsync(time: time);
        using var events = await Listener.OpenAsync(web);
        var next = events.NextAsync();
        await Eventually.Holds(() => Passed(EventStreams.Interval), "it has said something");
        (await next).Should().Be(":");
        for (string? said = ":"; said is not null; said = await next)
        {
            said.Should().Be(":");
            next = events.NextAsync();
            await Eventually.Holds(() => Passed(EventStreams.Heartbeat / 2), "it has said something, or ended");
        }

        bool Passed(TimeSpan span)
        {
            time.Advance(span);
            return next.IsCompleted;
        }
    }

    [Test]
    public async Task There_is_room_for_16_and_again_when_one_has_gone()
    {
        await using var web = await TestEndpoint.StartAsync();
        var listeners = new List<Listener>();
        for (var i = 0; i < EventStreams.Most; i++)
            listeners.Add(await Listener.OpenAsync(web));
        (await web.GetAsync("/api/events")).Should().Be((HttpStatusCode.ServiceUnavailable, "there are 16 listeners already\n"));
        (await web.GetAsync("/healthz")).Code.Should().Be(HttpStatusCode.OK);
        listeners[3].Dispose();
        await Eventually.Holds(
            async () =>
            {
                using var response = await web.Http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead);
                return response.StatusCode == HttpStatusCode.OK;
            },
            "there is room again");
        listeners.ForEach(listener => listener.Dispose());
    }

    [Test]
    public async Task The_end_of_the_process_ends_it_at_once()
    {
        await using var web = await TestEndpoint.StartAsync();
        using var events = await Listener.OpenAsync(web);
        web.BeginEnd();
        (await events.NextAsync()).Should().BeNull("it is at its end, in good order");
    }

    [Test]
    public async Task Its_head_alone_takes_no_place()
    {
        await using var web = await TestEndpoint.StartAsync();
        for (var i = 0; i < EventStreams.Most + 1; i++)
        {
            using var response = await web.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/events"));
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    /// <summary>One who listens. Lines of data and empty ones are passed over.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly StreamReader _reader;
        private Task<string?>? _next;

        private Listener(HttpResponseMessage response, Stream stream) => (_response, _reader) = (response, new StreamReader(stream));

        public string? Type => _response.Content.Headers.ContentType?.MediaType;

        /// <summary>Whether anything else is there already.</summary>
        public bool HasMore => (_next ??= ReadAsync()).IsCompleted;

        public static async Task<Listener> OpenAsync(TestEndpoint web)
        {
            var response = await web.Http.GetAsync("/api/events", HttpCompletionOption.ResponseHeadersRead);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
            var listener = new Listener(response, await response.Content.ReadAsStreamAsync());
            (await listener.NextAsync()).Should().Be("retry: 1000");
            return listener;
        }

        /// <returns>Null at the end.</returns>
        public async Task<string?> NextAsync()
        {
            var line = await (_next ??= ReadAsync());
            _next = null;
            return line;
        }

        public void Dispose()
        {
            _reader.Dispose();
            _response.Dispose();
        }

        private async Task<string?> ReadAsync()
        {
            string? line;
            do
                line = await _reader.ReadLineAsync();
            while (line is "" or "data: 1");
            return line;
        }
    }
}
