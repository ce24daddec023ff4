using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Minik8s.FileSd.Scraping;

/// <summary>Finds, line by line, what Prometheus' own <c>/metrics</c> says of the target files that it reads.</summary>
internal sealed class OwnMetricsReader
{
    /// <summary>The most that is read of it; what stands behind is not known.</summary>
    public const long LongestAnswer = 64L << 20;

    private const int LongestLine = 64 * 1024;
    private const int MostFiles = 1000;
    private const string FileTime = "prometheus_sd_file_mtime_seconds{filename=\"";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Dictionary<string, long> _fileTimes = [];
    private double? _start;
    private double? _readErrors;
    private double? _watchErrors;

    public async Task<OwnMetrics> ReadAsync(Stream body, CancellationToken stop)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var length = 0L;
        try
        {
            ReadResult read;
            do
            {
                read = await pipe.ReadAsync(stop);
                var rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    if (rest.Slice(0, end) is { Length: <= LongestLine } line)
                        Take(line);
                    rest = rest.Slice(rest.GetPosition(1, end));
                }

                length += read.Buffer.Length - rest.Length;
                if (rest.Length > LongestLine || length > LongestAnswer)
                    break;
                pipe.AdvanceTo(rest.Start, rest.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        return new(
            _start is > 0 and < 1e11 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(_start.Value * 1000)) : null,
            _readErrors, _watchErrors, _fileTimes);
    }

    private void Take(ReadOnlySequence<byte> bytes)
    {
        if (bytes.FirstSpan is not [(byte)'p', ..])
            return;
        var line = Utf8.GetString(bytes);
        if (line.StartsWith("process_start_time_seconds ", StringComparison.Ordinal))
            _start = Value(line);
        else if (line.StartsWith("prometheus_sd_file_read_errors_total ", StringComparison.Ordinal))
            _readErrors = Value(line);
        else if (line.StartsWith("prometheus_sd_file_watcher_errors_total ", StringComparison.Ordinal))
            _watchErrors = Value(line);
        else if (line.StartsWith(FileTime, StringComparison.Ordinal) && line.LastIndexOf("\"} ", StringComparison.Ordinal) is var end && end > FileTime.Length
            && Value(line) is > 0 and < 1e11 and var time && _fileTimes.Count < MostFiles)
            _fileTimes[Printable.Of(line[FileTime.Length..end])] = (long)time;
    }

    private static double? Value(string line) =>
        double.TryParse(line.AsSpan(line.LastIndexOf(' ') + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
