using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Minik8s.FileSd.Cluster.Json;

namespace Minik8s.FileSd.Cluster;

/// <summary>
/// Reads a <c>…List</c> object item by item as its bytes arrive, so that a page of any size costs one item of memory.
/// The page's metadata comes last whatever its place in the document, for only then is the page known to be whole. Items
/// that stand before the list's kind, as no real server has them, wait for it, but not for ever.
/// </summary>
/// <param name="kind">Of the items: the list says <c>&lt;kind&gt;List</c>.</param>
/// <param name="selection">What it leaves out is not told.</param>
internal sealed class ListReader<T>(string kind, JsonTypeInfo<T> itemType, Wanted wanted, Selection selection, Bounds bounds)
    where T : class, IResource
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = Bounds.Depth };

    private enum Place { Start, Root, BehindMember, Items, BehindItem, End }

    private readonly List<ListPart<T>> _items = [];
    private byte[] _pruned = [];
    private long _waiting;
    private int _skipped;
    private Place _place;
    private bool _isEmpty = true;
    private bool _isOfKind;
    private ListMeta? _meta;
    private bool _sawItems;

    /// <exception cref="JsonException">The body is no complete list object.</exception>
    /// <exception cref="LimitException">An item, or anything else in it, is too long.</exception>
    /// <exception cref="TimeoutException">Likewise: it has begun and does not end.</exception>
    public async IAsyncEnumerable<ListPart<T>> ReadAsync(
        Stream body, [EnumeratorCancellation] CancellationToken stop)
    {
        using var buffer = new StreamBuffer(body);
        using var incomplete = new IncompleteObject($"an object of the {kind}List", bounds);
        try
        {
            bool hasMore;
            do
            {
                hasMore = await incomplete.ReadAsync(buffer, stop);
                var used = 0;
                if (!hasMore || incomplete.IsDue(buffer.Unread.Length))
                {
                    used = Advance(buffer.Unread);
                    if (used > 0)
                        incomplete.Ends();
                    buffer.Skip(used);
                    if (buffer.Unread.Length > 0)
                        incomplete.Stays(buffer.Unread.Length);
                }

                if (_isOfKind)
                {
                    foreach (var item in _items)
                        yield return item;
                    _items.Clear();
                }
                else if (_items.Count > 0 && (_waiting += used) > bounds.Limits.ObjectBytes)
                {
                    throw new LimitException($"a list that says its kind behind its objects is held until then, and this one is longer than {ByteSize.Text(bounds.Limits.ObjectBytes)}", "object-bytes");
                }
            }
            while (hasMore);
        }
        finally
        {
            StreamBuffer.Return(_pruned);
        }

        if (_place != Place.End)
            throw new JsonException("The answer is cut off.");
        if (!_isOfKind || _meta is null || !_sawItems)
            throw new JsonException($"The answer is not a {kind}List" + (_isOfKind ? "" : " by its kind")
                + (_meta is null ? ", no metadata" : "") + (_sawItems ? "" : ", no items") + ".");
        yield return new(null, _meta with { Skipped = _skipped });
    }

    /// <summary>Reads on as far as whole values reach, and says how far that is.</summary>
    private int Advance(ReadOnlySpan<byte> json)
    {
        var whole = 0;
        try
        {
            while (Step(json, JsonScan.SkipSpace(json, whole)) is > 0 and var next)
                whole = next;
        }
        catch (InvalidOperationException noText)
        {
            // A name or a kind that is no Unicode.
            throw new JsonException(noText.Message);
        }

        return whole;
    }

    /// <summary>Reads one step of the list's structure, or one whole value.</summary>
    /// <returns>Behind it; less than 0 where the bytes do not suffice.</returns>
    private int Step(ReadOnlySpan<byte> json, int at)
    {
        if (at >= json.Length)
            return JsonScan.Incomplete;
        switch (_place, json[at])
        {
            case (Place.Start, (byte)'{'):
                return Enter(Place.Root, at);
            case (Place.Start, _):
                throw new JsonException($"The answer is not a list object but begins with {JsonScan.Unexpected(json[at]).Message.Split(' ')[0]}.");
            case (Place.Root, (byte)'}') when _isEmpty:
            case (Place.BehindMember, (byte)'}'):
                return Enter(Place.End, at);
            case (Place.BehindMember, (byte)','):
                return Enter(Place.Root, at);
            case (Place.Root, (byte)'"'):
                return Member(json, at);
            case (Place.Items, (byte)']') when _isEmpty:
            case (Place.BehindItem, (byte)']'):
                return Enter(Place.BehindMember, at);
            case (Place.BehindItem, (byte)','):
                return Enter(Place.Items, at);
            case (Place.Items, _):
                return Item(json, at);
            default:
                throw JsonScan.Unexpected(json[at]);
        }
    }

    /// <summary>The byte was read that leads to another place.</summary>
    private int Enter(Place place, int at)
    {
        (_place, _isEmpty) = (place, _place == Place.Start);
        return at + 1;
    }

    private int Member(ReadOnlySpan<byte> json, int at)
    {
        var name = at;
        at = JsonScan.EndOfText(json, at, out _);
        if (at < 0)
            return JsonScan.Incomplete;
        var member = Read(json[name..at]).GetString();
        at = JsonScan.SkipSpace(json, at);
        if (at >= json.Length)
            return JsonScan.Incomplete;
        if (json[at] != ':')
            throw JsonScan.Unexpected(json[at]);
        at = JsonScan.SkipSpace(json, at + 1);
        if (at >= json.Length)
            return JsonScan.Incomplete;
        if (member == "items" && json[at] == '[')
        {
            SeeItems();
            (_place, _isEmpty) = (Place.Items, true);
            return at + 1;
        }

        var end = JsonScan.EndOfValue(json, at, isFinal: false);
        if (end < 0)
            return JsonScan.Incomplete;
        Value(member!, Read(json[at..end]));
        _place = Place.BehindMember;
        return end;
    }

    private void Value(string member, Utf8JsonReader value)
    {
        switch (member)
        {
            case "items" when value.TokenType == JsonTokenType.Null:
                SeeItems();
                break;
            case "items":
                throw new JsonException("The items of a list must be an array.");
            case "kind":
                _isOfKind = value.TokenType == JsonTokenType.String && value.ValueTextEquals($"{kind}List");
                break;
            case "metadata":
                _meta = JsonSerializer.Deserialize(ref value, ClusterJson.Default.ListMeta);
                if (_meta is { IsUsable: false })
                    throw new JsonException("The version or the continue token of the list is too long to be one.");
                break;
            default:
                value.Skip();
                break;
        }
    }

    private void SeeItems()
    {
        if (_sawItems)
            throw new JsonException("The list has items twice.");
        _sawItems = true;
    }

    private int Item(ReadOnlySpan<byte> json, int at)
    {
        if (_pruned.Length < json.Length)
        {
            StreamBuffer.Return(_pruned);
            _pruned = StreamBuffer.Rent(json.Length);
        }

        var end = Pruning.Prune(json, at, wanted, _pruned, out var length);
        if (end < 0)
            return JsonScan.Incomplete;
        _place = Place.BehindItem;
        var pruned = _pruned.AsSpan(0, length);
        if (selection.SelectsAll || !Glance.TryTake(pruned, default, out var glance) || !selection.LeavesOut(glance))
            Decode(pruned);
        return end;
    }

    private void Decode(ReadOnlySpan<byte> pruned)
    {
        if (Decoded.Object(Read(pruned), itemType) is { } item)
            _items.Add(new(item, null) { Length = pruned.Length });
        else
            _skipped++;
    }

    /// <summary>A reader that stands at the first token of a whole value.</summary>
    private static Utf8JsonReader Read(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value, Options);
        reader.Read();
        return reader;
    }
}
