using System.Text;
using Minik8s.ApiServer.Faults;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>What an API server may answer instead of what it should.</summary>
/// <param name="Name">In words, for counting.</param>
/// <param name="Make">Makes one, for a plural such as <c>pods</c>.</param>
/// <param name="OnlyLists">Which requests it makes sense for: lists, streaming ones included (true), watches (false) or both (null).</param>
internal sealed record Lie(string Name, Func<Random, string, Fault> Make, bool? OnlyLists = null)
{
    /// <summary>A list with nothing in it, once. Two in a row could as well be the truth.</summary>
    public static Lie EmptyList { get; } = new("an empty list", (_, _) => new Fault.EmptyList(), OnlyLists: true);

    public static IReadOnlyList<Lie> All { get; } =
    [
        Always("500", Fault.Reply.Status(500)),
        Always("503 with Retry-After", Fault.Reply.Status(503, retryAfter: "2")),
        Always("429", Fault.Reply.Status(429)),
        Always("401", Fault.Reply.Status(401)),
        Always("403", Fault.Reply.Status(403)),
        Always("404", Fault.Reply.Status(404)),
        Always("410", Fault.Reply.Status(410)),
        Always("garbage", Fault.Reply.Text("\u0001\u0002 no JSON at all")),
        Always("HTML", Fault.Reply.Text("<html><body>Sign in</body></html>", contentType: "text/html")),
        Always("nothing", Fault.Reply.Text("")),
        Always("null", Fault.Reply.Text("null")),
        Always("an error with status 200", Fault.Reply.Text("{\"error\":\"etcd is down\"}")),
        Always("a closed connection", new Fault.Refuse()),
        Always("silence", new Fault.Stall()),
        Always("headers with the first event", new Fault.HoldHeaders()),
        EmptyList,
        new("a slow answer", (random, _) => new Fault.Delay(TimeSpan.FromSeconds(3 * random.NextDouble()))),
        new("a truncated answer", (random, _) => Cut(random, CutEnd.End)),
        new("an answer reset half-way", (random, _) => Cut(random, CutEnd.Reset)),
        new("an answer that falls silent", (random, _) => Cut(random, CutEnd.Stall)),
        new("garbage between two frames", (random, _) => new Fault.Cut(CutEnd.GoOn, random.Next(4), Insert: "garbage\n"u8.ToArray()), OnlyLists: false),
        new("garbage in the middle of a list", (random, _) => new Fault.Cut(CutEnd.GoOn, AfterBytes: random.Next(20_000), Insert: "\"}]garbage"u8.ToArray()), OnlyLists: true),
        new("a frame without an end", (_, _) => new Fault.Flood(Encoding.UTF8.GetBytes("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"")), OnlyLists: false),
        new("a list without an end", (_, plural) => new Fault.Flood(Encoding.UTF8.GetBytes(
            $"{{\"kind\":\"{(plural == "pods" ? "Pod" : "Node")}List\",\"apiVersion\":\"v1\",\"metadata\":{{\"resourceVersion\":\"1\"}},\"items\":[{{\"metadata\":{{\"name\":\"")), OnlyLists: true),
    ];

    private static Lie Always(string name, Fault fault) => new(name, (_, _) => fault);

    /// <summary>Within a list, or behind some frames of a watch and in the middle of the next.</summary>
    private static Fault.Cut Cut(Random random, CutEnd then) => random.Next(2) == 0
        ? new(then, AfterBytes: random.Next(20_000))
        : new(then, AfterFrames: random.Next(4), AfterBytes: random.Next(1, 300));
}
