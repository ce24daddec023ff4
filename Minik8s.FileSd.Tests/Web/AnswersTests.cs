using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Tests.Support;
using Minik8s.FileSd.Web;

namespace Minik8s.FileSd.Tests.Web;

/// <summary>How long, and how far ahead, an answer is held for who takes it slowly.</summary>
internal sealed class AnswersTests
{
    private const int PieceSize = 1000;

    private readonly FakeTimeProvider _time = new();
    private readonly DefaultHttpContext _context = new();
    private readonly RecordedLifetime _lifetime = new();
    private int _asked;

    [SetUp]
    public void SetUp()
    {
        _context.Features.Set<IHttpRequestLifetimeFeature>(_lifetime);
        _context.Request.Method = "GET";
    }

    [Test]
    public async Task Pieces_are_asked_for_as_they_are_taken_and_all_arrive()
    {
        var reader = new SlowReader(Gate.Closed);
        _context.Response.Body = reader;
        var answer = new Answers(_time).TaggedAsync(_context, "tag", "application/json", 1000 * PieceSize, Pieces(1000));
        await Eventually.Holds(() => reader.Offered > 0, "the first part is offered");
        _asked.Should().BeLessThan(100, "the rest waits");
        reader.Open();
        await answer;
        reader.Taken.Should().Be(1000 * PieceSize);
        _lifetime.IsAborted.Should().BeFalse();
    }

    [Test]
    public async Task Who_takes_nothing_is_dropped()
    {
        _context.Response.Body = new SlowReader(Gate.Closed);
        var answer = new Answers(_time).TaggedAsync(_context, "tag", "application/json", 1000 * PieceSize, Pieces(1000));
        _lifetime.IsAborted.Should().BeFalse();
        _time.Advance(Answers.LongestWrite);
        await answer;
        _lifetime.IsAborted.Should().BeTrue();
        _asked.Should().BeLessThan(100);
    }

    [Test]
    public async Task Who_takes_a_little_now_and_then_is_dropped_in_the_end()
    {
        _context.Response.Body = new SlowReader(Gate.Open, () => _time.Advance(Answers.LongestWrite * 0.9));
        await new Answers(_time).TaggedAsync(_context, "tag", "application/json", 1_000_000 * PieceSize, Pieces(1_000_000));
        _lifetime.IsAborted.Should().BeTrue();
        _asked.Should().BeLessThan(1000);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Pieces(int count)
    {
        for (_asked = 0; _asked < count; _asked++)
            yield return new byte[PieceSize];
    }

    private enum Gate
    {
        Closed,
        Open,
    }

    /// <summary>Takes what is written once it is let.</summary>
    private sealed class SlowReader(Gate gate, Action? taking = null) : MemoryStream
    {
        private readonly TaskCompletionSource _open = gate == Gate.Open ? Completed() : new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Offered { get; private set; }

        public long Taken { get; private set; }

        public void Open() => _open.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Offered++;
            await _open.Task.WaitAsync(cancellationToken);
            taking?.Invoke();
            Taken += buffer.Length;
        }

        private static TaskCompletionSource Completed()
        {
            var source = new TaskCompletionSource();
            source.SetResult();
            return source;
        }
    }

    private sealed class RecordedLifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
