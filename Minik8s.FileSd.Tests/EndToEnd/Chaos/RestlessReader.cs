namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>
/// Reads a target file again and again, and holds each reading to what was promised: once there, the file
/// is always there, whole and readable by everybody, with everything that exists throughout.
/// </summary>
/// <param name="lasting">The names of the nodes or pods that exist throughout.</param>
/// <param name="neverGoesBack">Whether what is listed may only ever be of the same revision or a later one.</param>
/// <param name="pause">Between two readings; default none.</param>
internal sealed class RestlessReader(string path, IEnumerable<string> lasting, bool neverGoesBack, TimeSpan pause = default) : IAsyncDisposable
{
    private readonly Dictionary<string, int> _revisions = lasting.ToDictionary(name => name, _ => 0);
    private readonly CancellationTokenSource _stop = new();
    private DateTime _written;
    private Task _running = Task.CompletedTask;

    /// <summary>Readings that found a file.</summary>
    public long Readings { get; private set; }

    /// <summary>How often a reading found another file than the one before.</summary>
    public long Files { get; private set; }

    public void Start() => _running = Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            Read();
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, TimeProvider.System);
        }
    });

    /// <exception cref="InvalidDataException">A reading was not as promised, now or before.</exception>
    public void Check()
    {
        if (_running.IsFaulted)
            _running.GetAwaiter().GetResult();
    }

    /// <exception cref="InvalidDataException">A reading was not as promised.</exception>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Read()
    {
        List<ListedTarget> targets;
        DateTime written;
        try
        {
            targets = ListedTarget.Read(path, out written);
        }
        catch (FileNotFoundException) when (Readings == 0)
        {
            return;
        }

        Readings++;
        if (written != _written)
            Files++;
        _written = written;
        var seen = 0;
        foreach (var target in targets)
        {
            if (!_revisions.TryGetValue(target.Name, out var before))
                continue;
            seen++;
            if (neverGoesBack && target.Revision < before)
                throw new InvalidDataException($"{Path.GetFileName(path)} listed {target}, and revision {before} of it before");
            _revisions[target.Name] = target.Revision;
        }

        if (seen != _revisions.Count)
        {
            var missing = _revisions.Keys.Except(targets.Select(target => target.Name)).ToList();
            throw new InvalidDataException($"{Path.GetFileName(path)} listed {targets.Count} targets without {missing.Count} that exist throughout, such as {missing.FirstOrDefault()}");
        }
    }
}
