using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads a <c>…List</c> object item by item as its bytes arrive, so that a page of any size costs one item of memory.
/// The page's metadata comes last whatever its place in the document, for only then is the page known to be whole. Items
/// that stand before the list's kind, as no real server has them, wait for it, but not for ever.
/// </summary>
/// <param name="kind">Of the items: the list says <c>&lt;kind&gt;List</c>.</param>
internal sealed class ListReader<T>(string kind, JsonTypeInfo<T> itemType, Bounds bounds)
    where T : class, IResource
{
    private enum Place { Start, Root, Items, End }

    private readonly List<T> _items = [];
    private long _waiting;
    private int _skipped;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = Bounds.Depth });
    private Place _place;
    private bool _isOfKind;
    private ListMeta? _meta;
    private bool _sawItems;

    /// <exception cref="JsonException">The body is no complete list object.</exception>
    /// <exception cref="LimitException">An item, or anything else in it, is too long.</exception>
    /// <exception cref="TimeoutException">Likewise: it has begun and does not end.</exception>
    public async IAsyncEnumerable<ListPart<T>> ReadAsync(
        Stream body, [EnumeratorCancellation] CancellationToken stop)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        using var incomplete = new IncompleteObject($"an object of the {kind}List", bounds);
        try
        {
            ReadResult read;
            do
            {
                read = await incomplete.ReadAsync(pipe, stop);
                var rest = read.Buffer;
                if (read.IsCompleted || incomplete.IsDue(rest.Length))
                {
                    rest = rest.Slice(Advance(rest, read.IsCompleted));
                    if (rest.Length < read.Buffer.Length)
                        incomplete.Ends();
                    if (rest.Length > 0)
                        incomplete.Stays(rest.Length);
                }

                if (_isOfKind)
                {
                    foreach (var item in _items)
                        yield return new(item, null);
                    _items.Clear();
                }
                else if (_items.Count > 0 && (_waiting += read.Buffer.Length - rest.Length) > bounds.Limits.ObjectBytes)
                {
                    throw new LimitException($"a list that says its kind behind its objects is held until then, and this one is longer than {ByteSize.Text(bounds.Limits.ObjectBytes)}", "object-bytes");
                }

                pipe.AdvanceTo(rest.Start, rest.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        if (!_isOfKind || _meta is null || !_sawItems)
            throw new JsonException($"The answer is not a {kind}List" + (_isOfKind ? "" : " by its kind")
                + (_meta is null ? ", no metadata" : "") + (_sawItems ? "" : ", no items") + ".");
        yield return new(null, _meta with { Skipped = _skipped });
    }

    /// <summary>Reads on as far as whole values reach, and says how far that is.</summary>
    private SequencePosition Advance(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, _state);
        var whole = reader;
        try
        {
            while (Step(ref reader))
                whole = reader;
        }
        catch (InvalidOperationException noText)
        {
            // A name or a kind that is no Unicode.
            throw new JsonException(noText.Message);
        }

        _state = whole.CurrentState;
        return whole.Position;
    }

    /// <summary>Reads one whole value; false, with the reader anywhere, where the bytes do not suffice.</summary>
    private bool Step(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        switch (_place)
        {
            case Place.Start when reader.TokenType == JsonTokenType.StartObject:
                _place = Place.Root;
                return true;
            case Place.Root when reader.TokenType == JsonTokenType.EndObject:
                _place = Place.End;
                return true;
            case Place.Root:
                return Property(ref reader);
            case Place.Items when reader.TokenType == JsonTokenType.EndArray:
                _place = Place.Root;
                return true;
            case Place.Items:
                return Item(ref reader);
            default:
                throw new JsonException($"The answer is not a list object but begins with {reader.TokenType}.");
        }
    }

    private bool Property(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("items"u8))
        {
            if (!reader.Read())
                return false;
            if (_sawItems)
                throw new JsonException("The list has items twice.");
            _sawItems = true;
            if (reader.TokenType == JsonTokenType.StartArray)
                _place = Place.Items;
            else if (reader.TokenType != JsonTokenType.Null)
                throw new JsonException("The items of a list must be an array.");
            return true;
        }

        var isKind = reader.ValueTextEquals("kind"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read())
            return false;
        if (isKind)
            _isOfKind = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals($"{kind}List");
        var value = reader;
        if (!reader.TrySkip())
            return false;
        if (isMetadata)
        {
            _meta = JsonSerializer.Deserialize(ref value, ClusterJson.Default.ListMeta);
            if (_meta is { IsUsable: false })
                throw new JsonException("The version or the continue token of the list is too long to be one.");
        }

        return true;
    }

    private bool Item(ref Utf8JsonReader reader)
    {
        var value = reader;
        if (!reader.TrySkip())
            return false;
        if (Decoded.Object(value, itemType) is { } item)
            _items.Add(item);
        else
            _skipped++;
        return true;
    }
}
