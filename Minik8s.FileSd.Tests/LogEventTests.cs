using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Tests.Samples;

namespace Minik8s.FileSd.Tests;

/// <summary>The events of the log against docs/log-events.md, both ways, and a line of JSON and one of text of one of them.</summary>
internal sealed partial class LogEventTests
{
    private static readonly Dictionary<LogLevel, string> Levels = new()
    {
        [LogLevel.Debug] = "debug",
        [LogLevel.Information] = "info",
        [LogLevel.Warning] = "warn",
        [LogLevel.Error] = "error",
        [LogLevel.Critical] = "critical",
    };

    private static IReadOnlyList<(MethodInfo Method, LoggerMessageAttribute Event)> Events { get; } =
    [
        .. from method in typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public)
           let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
           where attribute is not null
           select (method, attribute),
    ];

    private static IReadOnlyList<Match> Rows { get; } =
        [.. File.ReadAllLines(SampleFiles.Sample("../docs/log-events.md")).Select(line => Row().Match(line)).Where(row => row.Success)];

    [Test]
    public void Every_event_is_documented_once_with_its_number_name_level_and_text_and_no_other_is() =>
        Rows.Select(row => $"{row.Groups["number"]} {row.Groups["name"]} {row.Groups["level"]}: {row.Groups["text"]}").Should().Equal(
            Events.OrderBy(each => each.Event.EventId)
                .Select(each => $"{each.Event.EventId} {each.Method.Name} {Levels[each.Event.Level]}: {each.Event.Message}"));

    [Test]
    public void Every_event_is_explained() => Rows.Should().OnlyContain(row => row.Groups["meaning"].Length > 20 && row.Groups["advice"].Length > 3);

    [Test]
    public void A_number_is_given_once() => Events.Select(each => each.Event.EventId).Should().OnlyHaveUniqueItems();

    [Test]
    public void A_line_of_JSON_has_the_number_and_the_name_of_its_event_and_its_values_whatever_they_hold()
    {
        var entries = new List<string>();
        var logger = new Into(entries, new JsonLogLines(new FakeTimeProvider(DateTimeOffset.UnixEpoch)));
        Log.Listed(logger, "po\nds\u202e", 3, "7");
        Log.Crashed(logger, new InvalidOperationException("no\nway"));
        Log.StreamRecovered(logger, "pods", 1.5, 2);
        entries.Should().OnlyContain(line => Ascii().IsMatch(line));
        var first = JsonDocument.Parse(entries[0]).RootElement;
        first.GetProperty("Timestamp").GetString().Should().Be("1970-01-01T00:00:00.000Z");
        first.GetProperty("EventId").GetInt32().Should().Be(201);
        first.GetProperty("EventName").GetString().Should().Be("Listed");
        first.GetProperty("LogLevel").GetString().Should().Be("Information");
        first.GetProperty("Category").GetString().Should().Be("Minik8s");
        first.GetProperty("Message").GetString().Should().Be("Listed po\nds\u202e: 3 at version 7");
        first.GetProperty("State").GetProperty("Count").GetInt32().Should().Be(3);
        first.GetProperty("State").GetProperty("Resource").GetString().Should().Be("po\nds\u202e");
        first.TryGetProperty("Exception", out _).Should().BeFalse();
        JsonDocument.Parse(entries[1]).RootElement.GetProperty("Exception").GetString().Should().Contain("no\nway");
        JsonDocument.Parse(entries[2]).RootElement.GetProperty("State").GetProperty("Seconds").GetDouble().Should().Be(1.5);
    }

    [Test]
    public void A_line_of_text_is_that_of_the_simple_format_with_the_moment_before_it()
    {
        var (ours, theirs) = (new List<string>(), new List<string>());
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddSimpleConsole(text => (text.SingleLine, text.ColorBehavior) = (true, LoggerColorBehavior.Disabled)))
            .BuildServiceProvider();
        foreach (var logger in new ILogger[]
            {
                new Into(ours, new TextLogLines(new FakeTimeProvider(DateTimeOffset.UnixEpoch))),
                new Into(theirs, services.GetServices<ConsoleFormatter>().Single(format => format.Name == ConsoleFormatterNames.Simple)),
            })
        {
            Log.Listed(logger, "po\nds", 3, "7");
            Log.Crashed(logger, new InvalidOperationException("no\nway", new IOException("inner")));
            foreach (var level in Levels.Keys)
                logger.Log(level, new EventId(1), "", null, (text, _) => text);
        }

        ours.Should().Equal(theirs.Select(line => $"1970-01-01T00:00:00.000Z {line}"));
        ours.Should().HaveCount(2 + Levels.Count).And.OnlyContain(line => line.IndexOf('\n') == line.Length - 1);
    }

    /// <summary>Writes each event as a line.</summary>
    private sealed class Into(List<string> lines, ConsoleFormatter format) : ILogger
    {

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var text = new StringWriter();
            format.Write(new LogEntry<TState>(logLevel, "Minik8s", eventId, state, exception, formatter), null, text);
            lines.Add(text.ToString());
        }
    }

    [GeneratedRegex(@"^\| (?<number>[0-9]+) \| `(?<name>\w+)` \| (?<level>\w+) \| `(?<text>[^`]+)` \| (?<meaning>[^|]+) \| (?<advice>[^|]+) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\A[ -~]+\n\z")]
    private static partial Regex Ascii();
}
