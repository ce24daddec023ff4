namespace Minik8s.ApiServer.Storage;

/// <summary>
/// Objects in memory under one increasing version, with a bounded history of events. Readers hold a cursor into the
/// history and no queue: a slow one costs nothing, falls behind and finds its version compacted.
/// </summary>
/// <param name="history">How many events are remembered at most.</param>
/// <param name="historyBytes">How many bytes their objects may have together; the last event is remembered whatever its size.</param>
internal sealed class Store(int history, long historyBytes = Store.DefaultHistoryBytes)
{
    private const long DefaultHistoryBytes = 64 * 1024 * 1024;

    /// <param name="backup">What it holds at first.</param>
    public Store(int history, Snapshot backup)
        : this(history) => _current = _floor = backup;

    private readonly Lock _lock = new();
    private readonly StoreEvent?[] _ring = new StoreEvent?[history];
    private Snapshot _current = Snapshot.Empty;
    private Snapshot _floor = Snapshot.Empty;
    private TaskCompletionSource? _changed;
    private long _bytes;

    /// <summary>The newest state.</summary>
    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>The oldest version that can still be listed, or watched from.</summary>
    public long OldestVersion => Volatile.Read(ref _floor).Version;

    /// <summary>The state at a version; null when it has been compacted or has not come yet.</summary>
    public Snapshot? At(long version)
    {
        lock (_lock)
        {
            return version == _floor.Version ? _floor
                : version > _floor.Version && version <= _current.Version ? EventOf(version).After
                : null;
        }
    }

    /// <summary>
    /// Writes <paramref name="next"/> under the next version (null deletes) if <paramref name="expected"/> is still what
    /// is stored (null: nothing is).
    /// </summary>
    /// <returns>What was stored, or for a deletion the last state under the version of the deletion; null when another
    /// writer was faster.</returns>
    public StoredObject? TryCommit(StoredObject? expected, StoredObject? next)
    {
        var (kind, key) = (expected ?? next) is { } either ? (either.Kind, either.Key) : throw new ArgumentNullException(nameof(next));
        TaskCompletionSource? changed;
        StoreEvent written;
        lock (_lock)
        {
            if (!ReferenceEquals(_current.Find(kind, key), expected))
            {
                return null;
            }

            var version = _current.Version + 1;
            var stored = next?.At(version);
            written = new StoreEvent(version, kind, expected, stored, _current.With(version, kind, expected, stored));
            _bytes += written.Size;
            while (version - _floor.Version > _ring.Length || (_bytes > historyBytes && _floor.Version + 1 < version))
            {
                ForgetOldest();
            }

            _ring[version % _ring.Length] = written;
            _current = written.After;
            (changed, _changed) = (_changed, null);
        }

        changed?.TrySetResult();
        return written.Current ?? written.Gone;
    }

    /// <summary>Copies events after a version into <paramref name="buffer"/>.</summary>
    /// <returns>How many there were; -1 when events after that version are already forgotten.</returns>
    public int Read(long after, Span<StoreEvent> buffer)
    {
        lock (_lock)
        {
            if (after < _floor.Version)
            {
                return -1;
            }

            var count = (int)Math.Clamp(_current.Version - after, 0, buffer.Length);
            for (var i = 0; i < count; i++)
            {
                buffer[i] = EventOf(after + 1 + i);
            }

            return count;
        }
    }

    /// <summary>Completes with the first write after a version.</summary>
    public Task ChangeAfter(long version)
    {
        lock (_lock)
        {
            return _current.Version > version
                ? Task.CompletedTask
                : (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Forgets all events up to now. Only the present version can still be listed and watched from.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            Array.Clear(_ring);
            _floor = _current;
            _bytes = 0;
        }
    }

    private void ForgetOldest()
    {
        var oldest = EventOf(_floor.Version + 1);
        _ring[oldest.Version % _ring.Length] = null;
        _bytes -= oldest.Size;
        _floor = oldest.After;
    }

    private StoreEvent EventOf(long version) => _ring[version % _ring.Length]!;
}
