using System.Runtime.CompilerServices;

namespace Minik8s.FileSd.Cluster;

/// <remarks>Following without a watch.</remarks>
internal sealed partial class Reflector<T>
{
    private async IAsyncEnumerable<Change<T>> PollAsync([EnumeratorCancellation] CancellationToken stop)
    {
        status.Following(api.Path, api.Dialect, _plan);
        await Task.Delay(_plan.PollInterval, time, stop);
        if (IsRelistDue)
            _plan.TryBest();
        _reason = ListReason.Poll;
        await foreach (var change in ListAsync(_resume.Version, stop))
            yield return change;
    }

    private async IAsyncEnumerable<Change<T>> LongPollAsync([EnumeratorCancellation] CancellationToken stop)
    {
        if (IsRelistDue)
        {
            _plan.TryBest();
            DoubtBecause(ListReason.Interval);
            yield break;
        }

        if (_resume.Version is null)
        {
            _plan.FallBack("its lists have no resourceVersion");
            yield break;
        }

        var began = time.GetTimestamp();
        var longest = _plan.RelistDue(api.Dialect) is { } due ? Math.Max(1, (int)time.GetElapsedTime(began, due).TotalSeconds) : int.MaxValue;
        var timeout = TimeSpan.FromSeconds(Math.Min(random.Next(30, 61), longest));
        var query = new ListQuery(_resume.Version, null, null, timeout);
        var list = new PagedList<T>(api, query, Limits, time);
        await using var changes = list.ReadAsync(stop).GetAsyncEnumerator(stop);

        // What is answered sooner than by polling, and with nothing new, is worse than polling.
        var isHeld = false;
        var held = Task.Delay(_plan.PollInterval < timeout / 2 ? _plan.PollInterval : timeout / 2, time, stop);
        while (true)
        {
            var next = changes.MoveNextAsync().AsTask();
            if (!isHeld && await Task.WhenAny(next, held) == held)
            {
                isHeld = true;
                status.Following(api.Path, api.Dialect, _plan);
            }

            if (!await next)
                break;
            yield return changes.Current;
        }

        var isUnchanged = list.End == ListMeta.Unchanged;
        if (!isUnchanged)
        {
            // A version that stays the same does not prove that the objects do.
            isUnchanged = list.End!.ResourceVersion == query.ResourceVersion;
            _resume.Listed(list.End.ResourceVersion);
            status.Listed(list.Count, _resume.Version, list.Skipped, ListReason.Poll);
            yield return Ended;
        }

        status.Known();
        if (isUnchanged && !isHeld)
            _plan.FallBack("it answers a long-poll early, though nothing is new");
        await SlowDown(time.GetElapsedTime(began) < ShortestWatch, began, stop);
    }

    private bool IsRelistDue => IsOver(_plan.RelistDue(api.Dialect));
}
