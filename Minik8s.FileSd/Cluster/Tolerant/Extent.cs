using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Tolerant;

/// <summary>How much a JSON value is, before a tree is built of it: that takes many times its bytes, and its time grows with the depth.</summary>
/// <param name="Depth">0 for a text or a number.</param>
/// <param name="Values">With all that is in it, names included.</param>
internal readonly record struct Extent(int Depth, int Values)
{
    /// <summary>Nothing that is read of an object is deeper.</summary>
    public const int Deepest = 128;

    /// <summary>A tree of so many values takes some hundred MB.</summary>
    public const int Most = 2_000_000;

    /// <param name="reader">Stands at the first token of a whole value.</param>
    public static Extent Of(Utf8JsonReader reader)
    {
        var (start, deepest, values) = (reader.CurrentDepth, 0, 1);
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return new(0, 1);
        while (reader.Read() && reader.CurrentDepth > start)
        {
            deepest = Math.Max(deepest, reader.CurrentDepth - start);
            values++;
        }

        return new(deepest, values);
    }

    /// <exception cref="JsonException">It is no value to build a tree of.</exception>
    public void Check()
    {
        if (Depth > Deepest)
            throw new JsonException($"Something is nested {Depth} deep; nothing that is read is nested deeper than {Deepest}.");
        if (Values > Most)
            throw new JsonException($"There are {Values} values in one answer that is no bare array; {Most} are the most.");
    }
}
