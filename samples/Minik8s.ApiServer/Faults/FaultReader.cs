using System.Text;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Faults;

/// <summary>Makes a fault of what somebody said over HTTP.</summary>
internal static class FaultReader
{
    /// <exception cref="StatusException">400: there is no such fault.</exception>
    public static Fault Read(FaultMembers said) => said.Text("fault") switch
    {
        "delay" => new Fault.Delay(said.Seconds("seconds") ?? TimeSpan.FromSeconds(1)),
        "refuse" => new Fault.Refuse(),
        "stall" => new Fault.Stall(),
        "hold-headers" => new Fault.HoldHeaders(),
        "empty-list" => new Fault.EmptyList(),
        "flood" => new Fault.Flood(Encoding.UTF8.GetBytes(said.Text("body") ?? ""), said.Number("length") ?? long.MaxValue),
        "status" => Fault.Reply.Status(Code(said) ?? 500, said.Text("reason"), said.Text("message"), said.Header("retryAfter")),
        "body" => Fault.Reply.Text(said.Text("body") ?? "", Code(said) ?? 200, said.Header("contentType") ?? "application/json"),
        "cut" => new Fault.Cut(
            End(said.Text("then")),
            said.Number("afterFrames") ?? 0,
            said.Number("afterBytes") ?? 0,
            said.Text("insert") is { } insert ? Encoding.UTF8.GetBytes(insert) : null),
        var other => throw FaultMembers.Wrong($"fault \"{other}\" is none of delay, refuse, stall, hold-headers, empty-list, status, body, flood, cut"),
    };

    private static int? Code(FaultMembers said) => said.Number("status") switch
    {
        null => null,
        // These have no body, and there is one.
        204 or 205 or 304 or < 200 or > 599 => throw FaultMembers.Wrong("status: expected 200 to 599, and neither 204, 205 nor 304"),
        var code => code,
    };

    private static CutEnd End(string? then) => then switch
    {
        "end" or null => CutEnd.End,
        "reset" => CutEnd.Reset,
        "stall" => CutEnd.Stall,
        "go-on" => CutEnd.GoOn,
        _ => throw FaultMembers.Wrong($"then \"{then}\" is none of end, reset, stall, go-on"),
    };
}
