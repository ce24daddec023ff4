using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Minik8s.FileSd.Options;

namespace Minik8s.FileSd;

internal static class LogOutput
{
    /// <summary>Everything to standard error, one line to an event, as text or as JSON.</summary>
    public static void AddOutput(this ILoggingBuilder logging, FileSdOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", LogLevel.None);
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;

            // When nobody reads the log, lines are lost and not time: files come first.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.FormatterName = options.LogAsJson ? JsonLogLines.FormatterName : ConsoleFormatterNames.Simple;
        });
        logging.Services.Configure<SimpleConsoleFormatterOptions>(text =>
            (text.SingleLine, text.UseUtcTimestamp, text.TimestampFormat, text.ColorBehavior) =
                (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", LoggerColorBehavior.Disabled));
        logging.Services.AddSingleton<ConsoleFormatter>(new JsonLogLines(TimeProvider.System));
    }
}
