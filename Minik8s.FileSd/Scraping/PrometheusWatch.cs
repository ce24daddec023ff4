using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Scraping;

/// <summary>
/// Asks Prometheus, where there is one to ask, what it has of the target files. It only looks: the files, readiness and the end
/// of the process do not depend on what is answered, or whether.
/// </summary>
/// <param name="files">What it is asked about.</param>
/// <param name="metrics">Null where none are kept.</param>
internal sealed class PrometheusWatch(
    FileSdOptions options, IReadOnlyList<FileComparer> files, PrometheusMetrics? metrics, string userAgent, TimeProvider time, ILogger logger)
    : BackgroundService, IPrometheusView
{
    /// <summary>Whoever asks by themselves gets what was answered within this time.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Machines start the daemon before Prometheus, and Prometheus may be restarted: once is nothing to tell, nor is what has not
    /// lasted for <c>--prometheus.interval</c>.
    /// </summary>
    private const int FailuresToTell = 2;

    /// <summary>One that has never answered is asked as often as this.</summary>
    private static readonly TimeSpan Sooner = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _grace = FileComparer.PrometheusOwn + options.PrometheusInterval;
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<string, DiagnosisTold> _told =
        files.ToDictionary(file => file.File.Name, _ => new DiagnosisTold(FileComparer.PrometheusOwn + options.PrometheusInterval));
    private readonly PrometheusClient? _client = options.Prometheus is { } address ? new(address.Url, Credential(options), userAgent, time) : null;
    private PrometheusState? _state;
    private DateTimeOffset? _answersSince;
    private DateTimeOffset? _startedAt;
    private long _askedAt;
    private int _failures;
    private long _failingSince;
    private bool _isToldUnreachable;

    /// <summary>
    /// It is asked once, by somebody who was not there before: what was published before counts from when Prometheus was started.
    /// Else it counts from when Prometheus first answered.
    /// </summary>
    public bool LooksBack { get; init; }

    public PrometheusState? State => Volatile.Read(ref _state);

    public Task<PrometheusState?> AskAsync(CancellationToken stop) => AskAsync(Fresh, stop);

    public override void Dispose()
    {
        _client?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_client is null || options.Once)
            return;
        try
        {
            await PublishedAsync(stoppingToken);
            while (true)
            {
                await AskAsync(TimeSpan.Zero, stoppingToken);
                var isLate = State?.AskedAt is null && options.PrometheusInterval > Sooner;
                await Task.Delay(isLate ? Sooner : options.PrometheusInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private static ICredential Credential(FileSdOptions options) =>
        options.PrometheusTokenFile is { } file ? new TokenFileCredential(file) : options.Prometheus?.Credential ?? FixedCredential.None;

    /// <summary>There is something to compare with, or it takes longer.</summary>
    private async Task PublishedAsync(CancellationToken stop)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100), time);
        var began = time.GetTimestamp();
        while (files.Any(file => file.Now is null) && time.GetElapsedTime(began) < options.PrometheusInterval)
            await pause.WaitForNextTickAsync(stop);
    }

    /// <param name="age">What was answered within this time is good enough.</param>
    private async Task<PrometheusState?> AskAsync(TimeSpan age, CancellationToken stop)
    {
        if (_client is null)
            return null;
        await _one.WaitAsync(stop);
        try
        {
            if (State is null || time.GetElapsedTime(_askedAt) >= age)
                await AskAsync(_client, options.Prometheus!.Url, stop);
            return State;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task AskAsync(PrometheusClient client, Uri url, CancellationToken stop)
    {
        // The files first: what is published while Prometheus answers it need not have.
        var published = files.Select(file => (File: file, Now: file.Now)).ToList();
        try
        {
            var answer = await client.AskAsync(source => files.Any(file => file.File.IsCalled(source)), stop);
            var now = time.GetUtcNow();
            if (answer.Own?.StartedAt is { } started && started != _startedAt)
                (_startedAt, _answersSince) = (started, LooksBack ? started : now);
            _answersSince ??= LooksBack ? _startedAt ?? now : now;
            var configs = new Lazy<Task<IReadOnlyList<FileSdConfig>?>>(() => client.ConfigAsync(stop));
            var comparisons = new List<FileComparison>();
            var targets = new Dictionary<string, ScrapedTarget>();
            foreach (var (file, its) in published)
            {
                if (its is null)
                    continue;
                var (comparison, difference) = await file.CompareAsync(its, answer, _answersSince.Value, _grace, () => configs.Value);
                comparisons.Add(comparison);
                foreach (var target in difference.Targets)
                {
                    if (!targets.TryGetValue(target.Address, out var other) || Worth(target) > Worth(other))
                        targets[target.Address] = target;
                }
            }

            Answered(new(url, now, null, comparisons, targets));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (PrometheusException fault)
        {
            Failed(url, fault.Message);
        }
        catch (Exception fault)
        {
            if (_failures == 0)
                Log.PrometheusNotCompared(logger, fault);
            Failed(url, Printable.Of(fault.Message));
        }
        finally
        {
            _askedAt = time.GetTimestamp();
        }
    }

    /// <summary>Of several jobs that have a target, the one that scrapes it counts before one that drops it, and one that fails before one that does not.</summary>
    private static int Worth(ScrapedTarget target) => target.Health switch
    {
        ScrapeHealth.Down => 3,
        ScrapeHealth.Up => 2,
        ScrapeHealth.Unknown => 1,
        _ => 0,
    };

    private void Answered(PrometheusState state)
    {
        if (_isToldUnreachable || State?.AskedAt is null)
            Log.PrometheusAnswers(logger, state.Prometheus);
        (_failures, _isToldUnreachable) = (0, false);
        Volatile.Write(ref _state, state);
        metrics?.Answered(state.Files);
        foreach (var file in state.Files)
        {
            Log.PrometheusCompared(
                logger, file.File, file.Published, file.MissingCount, file.ExtraCount, file.DroppedCount, file.FailingCount, file.Lag.TotalSeconds, file.Diagnosis ?? "nothing is wrong");
            Tell(file);
        }
    }

    private void Failed(Uri url, string fault)
    {
        if (_failures++ == 0)
            _failingSince = time.GetTimestamp();
        var isToTell = !_isToldUnreachable && _failures >= FailuresToTell && time.GetElapsedTime(_failingSince) >= options.PrometheusInterval;
        _isToldUnreachable |= isToTell;
        if (isToTell)
            Log.PrometheusUnreachable(logger, url, fault, options.PrometheusInterval.TotalSeconds);
        _answersSince = null;
        Volatile.Write(ref _state, State is { } before ? before with { Fault = fault } : new(url, null, fault, [], new Dictionary<string, ScrapedTarget>()));
        metrics?.Failed();
    }

    private void Tell(FileComparison file)
    {
        switch (_told[file.File].Next(file, time.GetUtcNow()))
        {
            case Telling.Lacks:
                Log.PrometheusLacks(logger, file.File, file.Diagnosis!);
                break;
            case Telling.HasAll:
                Log.PrometheusHasAll(logger, file.File);
                break;
        }
    }
}
