using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>Steps of a reader through a value that is whole. What is of another type than it should be leaves them as an exception.</summary>
internal static class ReadingExtensions
{
    /// <summary>Reads a value.</summary>
    public delegate T ValueReader<out T>(ref Utf8JsonReader json);

    /// <summary>On to the name of the next member; false at the end of the object.</summary>
    public static bool NextMember(ref this Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether the reader stands at an object; false when at a null.</summary>
    /// <exception cref="InvalidOperationException">It stands at something else.</exception>
    public static bool IsObject(ref this Utf8JsonReader json) => json.Is(JsonTokenType.StartObject);

    /// <summary>The text that comes next; null for a null.</summary>
    /// <exception cref="InvalidOperationException">It is none, or no Unicode.</exception>
    public static string? NextText(ref this Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }

    /// <summary>As <see cref="NextText"/>, of a text that other objects are likely to have as well.</summary>
    public static string? NextSharedText(ref this Utf8JsonReader json)
    {
        json.Read();
        return json.Shared();
    }

    /// <summary>The texts by their names that come next; null for a null.</summary>
    public static Dictionary<string, string>? NextTexts(ref this Utf8JsonReader json)
    {
        var texts = new Dictionary<string, string>();
        return json.Texts(texts) ? texts : null;
    }

    /// <summary>Likewise, into a dictionary that there is; false for a null.</summary>
    public static bool Texts(ref this Utf8JsonReader json, Dictionary<string, string> texts)
    {
        json.Read();
        if (!json.IsObject())
            return false;
        while (json.NextMember())
        {
            var name = json.Shared()!;
            texts[name] = json.NextSharedText()!;
        }

        return true;
    }

    /// <summary>The array that comes next; null for a null.</summary>
    public static List<T>? NextList<T>(ref this Utf8JsonReader json, ValueReader<T> read)
    {
        json.Read();
        if (!json.Is(JsonTokenType.StartArray))
            return null;
        var list = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            list.Add(read(ref json));
        return list;
    }

    /// <summary>The value that comes next.</summary>
    public static T Next<T>(ref this Utf8JsonReader json, ValueReader<T> read)
    {
        json.Read();
        return read(ref json);
    }

    private static bool Is(ref this Utf8JsonReader json, JsonTokenType wanted) =>
        json.TokenType == wanted
        || (json.TokenType == JsonTokenType.Null ? false : throw new InvalidOperationException($"{wanted} was expected, and {json.TokenType} is there."));

    private static string? Shared(ref this Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !json.ValueIsEscaped
            ? SharedText.Of(json.ValueSpan) ?? json.GetString()
            : json.GetString();
}
