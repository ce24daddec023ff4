using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Minik8s.FileSd.Options;

namespace Minik8s.FileSd;

internal static class LogOutput
{
    /// <summary>Everything to standard error, one line to an event, as text or as JSON.</summary>
    /// <remarks>
    /// The container would put the same together from open generic types. A native binary builds each of these when it is first
    /// asked for, and that was a fifth of the daemon's start.
    /// </remarks>
    public static IServiceCollection AddLogOutput(this IServiceCollection services, FileSdOptions options) =>
        services.AddSingleton<ILoggerFactory>(_ => Create(options));

    /// <summary>The logger of a category, which needs no building.</summary>
    public static IServiceCollection AddLogger<T>(this IServiceCollection services) =>
        services.AddSingleton<ILogger<T>>(all => new Logger<T>(all.GetRequiredService<ILoggerFactory>()));

    private static LoggerFactory Create(FileSdOptions options)
    {
        ConsoleFormatter lines = options.LogAsJson ? new JsonLogLines(TimeProvider.System) : new TextLogLines(TimeProvider.System);
        var console = new ConsoleLoggerOptions
        {
            LogToStandardErrorThreshold = LogLevel.Trace,

            // When nobody reads the log, lines are lost and not time: files come first.
            QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite,
            FormatterName = lines.Name,
        };
        var loggers = new LoggerFactory([], new LoggerFilterOptions { MinLevel = options.LogLevel }.AddFilter("Microsoft", LogLevel.None));

        // Added, and so ended with the factory, which is when its last lines are written. One that it is made with is not.
        loggers.AddProvider(new ConsoleLoggerProvider(new Unchanging(console), [lines]));
        return loggers;
    }

    private sealed class Unchanging(ConsoleLoggerOptions value) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => value;

        public ConsoleLoggerOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
