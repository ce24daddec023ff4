using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads a <c>…List</c> object item by item as its bytes arrive, so that a page of any size costs one item of memory.
/// The page's metadata comes last whatever its place in the document, for only then is the page known to be whole. Items
/// that stand before the list's kind, as no real server has them, wait for it.
/// </summary>
/// <param name="kind">Of the items: the list says <c>&lt;kind&gt;List</c>.</param>
internal sealed class ListReader<T>(string kind, JsonTypeInfo<T> itemType)
    where T : class, IResource
{
    private enum Place { Start, Root, Items, End }

    private readonly List<T> _items = [];
    private JsonReaderState _state;
    private Place _place;
    private bool _isOfKind;
    private ListMeta? _meta;
    private bool _sawItems;

    /// <exception cref="JsonException">The body is no complete list object, or an item has no name.</exception>
    public async IAsyncEnumerable<ListPart<T>> ReadAsync(
        Stream body, [EnumeratorCancellation] CancellationToken stop)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        try
        {
            ReadResult read;
            do
            {
                read = await pipe.ReadAsync(stop);
                var consumed = Advance(read.Buffer, read.IsCompleted);
                if (_isOfKind)
                {
                    foreach (var item in _items)
                        yield return new(item, null);
                    _items.Clear();
                }

                pipe.AdvanceTo(consumed, read.Buffer.End);
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
        yield return new(null, _meta);
    }

    /// <summary>Reads on as far as whole values reach, and says how far that is.</summary>
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
            _meta = JsonSerializer.Deserialize(ref value, ClusterJson.Default.ListMeta);
        return true;
    }

    private bool Item(ref Utf8JsonReader reader)
    {
        var value = reader;
        if (!reader.TrySkip())
            return false;
        var item = JsonSerializer.Deserialize(ref value, itemType);
        if (item?.Metadata?.Name is not { Length: > 0 })
            throw new JsonException("An item of the list has no metadata.name.");
        _items.Add(item);
        return true;
    }
}
