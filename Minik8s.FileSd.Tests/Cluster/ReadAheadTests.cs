using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Cluster;

internal sealed class ReadAheadTests
{
    private readonly CancellationTokenSource _end = new();
    private int _given;
    private bool _isOver;

    [TearDown]
    public void TearDown() => _end.Dispose();

    [Test]
    public async Task All_comes_in_order_and_the_fault_behind_it()
    {
        var seen = new List<int>();
        await FluentActions.Awaiting(async () =>
        {
            await foreach (var item in Numbers(1_000, new IOException("gone")).ReadAhead(8, _ => false, _end))
                seen.Add(item);
        }).Should().ThrowAsync<IOException>().WithMessage("gone");
        seen.Should().Equal(Enumerable.Range(1, 1_000));
    }

    [Test]
    public async Task The_source_is_so_far_ahead_and_no_farther()
    {
        await using var items = Numbers(1_000).ReadAhead(8, _ => false, _end).GetAsyncEnumerator();
        await items.MoveNextAsync();

        // Eight that wait, the one that is worked on, and the one for which there is no room.
        await Eventually.Holds(() => Volatile.Read(ref _given) >= 9, "the source goes on by itself");
        Volatile.Read(ref _given).Should().BeLessThanOrEqualTo(10);
    }

    [Test]
    public async Task Beside_a_large_item_there_is_no_other()
    {
        await foreach (var item in Numbers(1_000).ReadAhead(8, _ => true, _end))
            Volatile.Read(ref _given).Should().Be(item);
    }

    [Test]
    public async Task Who_has_enough_ends_the_source()
    {
        await foreach (var item in Numbers(int.MaxValue).ReadAhead(8, item => item == 5, _end))
        {
            if (item == 5)
                break;
        }

        _end.IsCancellationRequested.Should().BeTrue();
        _isOver.Should().BeTrue("it is waited for");
    }

    private async IAsyncEnumerable<int> Numbers(int count, Exception? fault = null)
    {
        try
        {
            for (var i = 1; i <= count; i++)
            {
                await Task.Yield();
                Volatile.Write(ref _given, i);
                yield return i;
            }
        }
        finally
        {
            _isOver = true;
        }

        if (fault is not null)
            throw fault;
    }
}
