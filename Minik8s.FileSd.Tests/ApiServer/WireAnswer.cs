using System.Globalization;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>A recorded answer: status line, headers, blank line, body.</summary>
internal sealed record WireAnswer(int Code, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public IReadOnlyList<WatchFrame> Frames =>
        [.. Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(WatchReader.Parse)];

    public static WireAnswer Parse(string text)
    {
        var blank = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = text[..blank].Split('\n');
        return new WireAnswer(
            int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture),
            head[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            text[(blank + 2)..]);
    }
}
