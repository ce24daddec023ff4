using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Minik8s.FileSd.Scraping;

/// <summary>
/// Reads the answer to <c>api/v1/targets</c> target by target as its bytes arrive: with thousands of targets it is tens of
/// megabytes, of which little is kept.
/// </summary>
/// <param name="isOurs">Whether a target file, by Prometheus' own path, or an address that it asks for targets may be one of ours.</param>
internal sealed class TargetsReader(Func<string, bool> isOurs)
{
    /// <summary>The most that is taken of an answer.</summary>
    public const long LongestAnswer = 256L << 20;

    /// <summary>Likewise of a single target.</summary>
    public const long LongestTarget = 1L << 20;

    /// <summary>The most targets that are kept.</summary>
    public const int MostTargets = 100_000;

    /// <summary>Of so many targets the error is kept as long as it is fit to be read, of the others its beginning.</summary>
    private const int MostLongErrors = 1000;

    private const int LongestAddress = 512;

    private enum Place { Start, Root, Data, Targets, End }

    private readonly List<ScrapedTarget> _targets = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, long> _dropped = [];
    private readonly Dictionary<string, long> _listed = [];
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 32 });
    private Place _place;
    private bool _areDropped;
    private int _errors;
    private bool _sawTargets;

    public IReadOnlyList<ScrapedTarget> Targets => _targets;

    /// <summary>Dropped targets that are not listed (<c>keep_dropped_targets</c>), by scrape job.</summary>
    public IReadOnlyDictionary<string, long> Unlisted => _dropped
        .Select(each => KeyValuePair.Create(each.Key, each.Value - _listed.GetValueOrDefault(each.Key)))
        .Where(each => each.Value > 0)
        .ToDictionary();

    /// <exception cref="JsonException">The answer is not one of Prometheus.</exception>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    public async Task ReadAsync(Stream body, CancellationToken stop)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var (length, due) = (0L, 0L);
        try
        {
            ReadResult read;
            do
            {
                read = await pipe.ReadAsync(stop);
                if (!read.IsCompleted && read.Buffer.Length < due)
                {
                    // What has come of a target is read again only when it has doubled, however slowly it comes.
                    pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                var rest = read.Buffer.Slice(Advance(read.Buffer, read.IsCompleted));
                length += read.Buffer.Length - rest.Length;
                if (rest.Length > LongestTarget)
                    throw new InvalidDataException($"Prometheus tells a target of more than {ByteSize.Text(LongestTarget)}");
                if (length > LongestAnswer)
                    throw new InvalidDataException($"Prometheus tells its targets in more than {ByteSize.Text(LongestAnswer)}");
                due = Math.Min(2 * rest.Length, LongestTarget + 1);
                pipe.AdvanceTo(rest.Start, rest.End);
            }
            while (!read.IsCompleted);
        }
        catch (InvalidOperationException noText)
        {
            // A text that is no Unicode, or of another type.
            throw new JsonException(noText.Message);
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        if (_place != Place.End || !_sawTargets)
            throw new JsonException("it does not tell its active targets");
    }

    private SequencePosition Advance(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, _state);
        var whole = reader;
        while (Step(ref reader))
            whole = reader;
        _state = whole.CurrentState;
        return whole.Position;
    }

    /// <summary>Reads one whole value; false, with the reader anywhere, where the bytes do not suffice.</summary>
    private bool Step(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        switch (_place, reader.TokenType)
        {
            case (Place.Start, JsonTokenType.StartObject):
                _place = Place.Root;
                return true;
            case (Place.Root, JsonTokenType.EndObject):
                _place = Place.End;
                return true;
            case (Place.Data, JsonTokenType.EndObject):
                _place = Place.Root;
                return true;
            case (Place.Targets, JsonTokenType.EndArray):
                _place = Place.Data;
                return true;
            case (Place.Root, JsonTokenType.PropertyName):
                return Enter(ref reader, reader.ValueTextEquals("data"u8), Place.Data);
            case (Place.Data, JsonTokenType.PropertyName) when reader.ValueTextEquals("droppedTargetCounts"u8):
                return Counts(ref reader);
            case (Place.Data, JsonTokenType.PropertyName):
                var (active, dropped) = (reader.ValueTextEquals("activeTargets"u8), reader.ValueTextEquals("droppedTargets"u8));
                if (!Enter(ref reader, active || dropped, Place.Targets))
                    return false;
                _areDropped = dropped;
                _sawTargets |= active;
                return true;
            case (Place.Targets, JsonTokenType.StartObject):
                return Target(ref reader);
            default:
                throw new JsonException($"a {reader.TokenType} stands where there should be none");
        }
    }

    private bool Enter(ref Utf8JsonReader reader, bool isMeant, Place into)
    {
        if (!reader.Read())
            return false;
        if (isMeant && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            if (reader.TokenType != (into == Place.Targets ? JsonTokenType.StartArray : JsonTokenType.StartObject))
                throw new JsonException($"a {reader.TokenType} stands where there should be none");
            _place = into;
            return true;
        }

        return reader.TrySkip();
    }

    private bool Counts(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        var value = reader;
        if (!reader.TrySkip())
            return false;
        using var counts = JsonDocument.ParseValue(ref value);
        if (counts.RootElement.ValueKind != JsonValueKind.Object)
            return true;
        foreach (var count in counts.RootElement.EnumerateObject())
        {
            if (count.Value.ValueKind == JsonValueKind.Number && count.Value.TryGetInt64(out var number))
                _dropped[count.Name] = number;
        }

        return true;
    }

    private bool Target(ref Utf8JsonReader reader)
    {
        var value = reader;
        if (!reader.TrySkip())
            return false;
        var found = TargetEntry.Read(ref value);
        var pool = Shared(Printable.Of(found.Pool ?? found.Job ?? ""));
        if (_areDropped)
            _listed[pool] = _listed.GetValueOrDefault(pool) + 1;
        if (found is not { Address: { Length: > 0 and <= LongestAddress } address } || (found.File ?? found.Url) is not { } source || !isOurs(source))
            return true;
        if (_targets.Count == MostTargets)
            throw new InvalidDataException($"Prometheus tells more than {MostTargets} targets of these files");
        _targets.Add(new(address, Shared(Printable.Of(source)), pool, _areDropped ? ScrapeHealth.Dropped : found.Health, Error(found.Error), found.LastScrape));
        return true;
    }

    private string? Error(string? error) =>
        string.IsNullOrEmpty(error) ? null : ++_errors <= MostLongErrors ? Printable.Of(error) : Printable.Short(error);

    /// <summary>One string for all that are the same: of paths and jobs there are few.</summary>
    private string Shared(string text)
    {
        if (_names.TryGetValue(text, out var same))
            return same;
        if (_names.Count < 1000)
            _names[text] = text;
        return text;
    }
}
