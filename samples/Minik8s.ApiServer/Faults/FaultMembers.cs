using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Faults;

/// <summary>The members of a fault as it was sent. Each is checked when it is read; what nobody has read is a mistake.</summary>
internal sealed class FaultMembers(JsonObject said)
{
    /// <summary>Timers reach a little further.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    private readonly HashSet<string> _read = [];

    public string? Text(string name) => Read<string>(name, "a string", _ => true);

    /// <summary>A text that can stand in a header.</summary>
    public string? Header(string name) =>
        Read<string>(name, "printable ASCII", text => text.All(c => c is >= ' ' and <= '~'));

    public bool? Flag(string name) => Has(name) ? Read<bool>(name, "true or false", _ => true) : null;

    public int? Number(string name) => Has(name) ? Read<int>(name, $"a whole number from 0 to {int.MaxValue}", number => number >= 0) : null;

    public TimeSpan? Seconds(string name) => Has(name)
        ? TimeSpan.FromSeconds(Read<double>(
            name, $"seconds from 0 to {Longest.TotalSeconds}", seconds => seconds >= 0 && seconds <= Longest.TotalSeconds))
        : null;

    /// <exception cref="StatusException">400: something was said that this fault does not have.</exception>
    public void CheckAllRead()
    {
        if (said.Select(member => member.Key).FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
        {
            throw Wrong($"this fault has no member \"{unknown}\"");
        }
    }

    public static StatusException Wrong(string why) => new(Status.BadRequest(why));

    private bool Has(string name) => _read.Add(name) && said[name] is not null;

    private T? Read<T>(string name, string expected, Func<T, bool> allows)
    {
        _read.Add(name);
        return said[name] switch
        {
            null => default,
            JsonValue value when value.TryGetValue<T>(out var read) && allows(read) => read,
            _ => throw Wrong($"{name}: expected {expected}"),
        };
    }
}
