using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Minik8s.FileSd;

/// <summary>One line to an event, as the simple format of Microsoft.Extensions.Logging writes it: moment, level, category, number, text, exception.</summary>
internal sealed class TextLogLines(TimeProvider time) : ConsoleFormatter("text")
{
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write('[');
        textWriter.Write(logEntry.EventId.Id.ToString(CultureInfo.InvariantCulture));
        textWriter.Write(']');
        Write(textWriter, logEntry.Formatter(logEntry.State, logEntry.Exception));
        Write(textWriter, logEntry.Exception?.ToString());
        textWriter.Write('\n');
    }

    private static void Write(TextWriter writer, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        writer.Write(' ');
        writer.Write(text.Replace('\n', ' '));
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
