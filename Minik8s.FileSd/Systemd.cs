using System.Collections;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Minik8s.FileSd;

/// <summary>
/// Tells systemd, where it started the daemon as <c>Type=notify</c>: that it runs, what it does, that it ends, and as long
/// as the pipeline runs, that it is alive.
/// </summary>
/// <remarks>
/// Running is ready for systemd: an API server that is away is no reason to have the start time out. What is missing then
/// is in the status.
/// </remarks>
internal sealed class Systemd(
    ISystemdNotifier systemd,
    IReadOnlyList<Feed> feeds,
    FileSdService service,
    TimeProvider time,
    ILogger<Systemd> logger) : BackgroundService
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);
    private bool _failed;

    /// <summary>systemd ends a daemon that it has not heard of for so long. From the variables that it sets; null when it wants no sign of life, or that of another process.</summary>
    public static TimeSpan? Watchdog(IDictionary environment, int processId) =>
        ulong.TryParse(environment["WATCHDOG_USEC"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
        && microseconds is > 0 and <= int.MaxValue * 1000UL
        && (environment["WATCHDOG_PID"] is not string process || process == processId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!systemd.IsEnabled)
            return;
        Tell(ServiceState.Ready);
        try
        {
            await Task.WhenAll(
                EachAsync(StatusInterval, TellStatus(), stoppingToken),
                EachAsync(Watchdog(Environment.GetEnvironmentVariables(), Environment.ProcessId) / 2, TellAlive, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Tell(ServiceState.Stopping);
        }
    }

    private async Task EachAsync(TimeSpan? interval, Action action, CancellationToken stop)
    {
        if (interval is not { } period)
            return;
        using var timer = new PeriodicTimer(period, time);
        do
            action();
        while (await timer.WaitForNextTickAsync(stop));
    }

    private void TellAlive()
    {
        if (service.ExecuteTask is { IsCompleted: false })
            Tell(new ServiceState("WATCHDOG=1"));
    }

    private Action TellStatus()
    {
        var told = "";
        return () =>
        {
            var status = Status;
            if (status != told)
                Tell(new ServiceState($"STATUS={told = status}"));
        };
    }

    private string Status => feeds.SelectMany(feed => feed.Missing).ToList() is { Count: > 0 } missing
        ? string.Join("; ", missing)
        : $"{string.Join(", ", feeds.Select(feed => feed.Summary.Known))} followed; "
            + string.Join(", ", feeds.Select(feed => feed.Summary.Written));

    private void Tell(ServiceState state)
    {
        try
        {
            systemd.Notify(state);
            _failed = false;
        }
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            if (!_failed)
                Log.SystemdUnreachable(logger, fault.Message);
            _failed = true;
        }
    }
}
