using System.Text;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Faults;

/// <summary>
/// The fault script over HTTP, for a server that is a process of its own. Off unless asked for.
/// </summary>
internal sealed class FaultsEndpoint(FaultScript script, Store store)
{
    /// <summary>False: the path is not about faults.</summary>
    public async Task<bool> TryAnswerAsync(HttpContext http)
    {
        switch (http.Request.Method, http.Request.Path.Value)
        {
            case ("POST", "/faults"):
                Add(await RequestBody.ReadAsync(http) as JsonObject
                    ?? throw new StatusException(Status.BadRequest("the body is not a fault")));
                break;
            case ("GET", "/faults"):
                await Answer.WriteAsync(http, new JsonArray([.. script.Rules.Select(rule => new JsonObject
                {
                    ["fault"] = rule.Fault.ToString(), ["matched"] = rule.Matched,
                })]));
                return true;
            case ("DELETE", "/faults"):
                script.Clear();
                break;
            case ("GET", "/faults/requests"):
                await Answer.WriteAsync(http, new JsonArray([.. script.Requests.Select(request => new JsonObject
                {
                    ["at"] = request.At, ["method"] = request.Method, ["path"] = request.Path,
                    ["query"] = QueryString.Create(request.Query).Value,
                })]));
                return true;
            case ("POST", "/faults/compact"):
                store.Compact();
                break;
            case ("POST", "/faults/end-watches"):
                script.EndWatches();
                break;
            case ("POST", "/faults/reset-connections"):
                script.ResetConnections();
                break;
            default:
                return false;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private void Add(JsonObject said)
    {
        var (resource, method, name) =
            (ObjectJson.Text(said, "resource"), ObjectJson.Text(said, "method"), ObjectJson.Text(said, "path"));
        var watch = said["watch"] is JsonValue flag && flag.TryGetValue<bool>(out var wanted) ? wanted : (bool?)null;
        script.Add(
            Read(said),
            request => (resource is null || request.Resource == resource)
                && (method is null || request.Method == method)
                && (name is null || request.Path == name)
                && (watch is null || (watch.Value ? request.IsWatch : request.IsList)),
            (int)(ObjectJson.Number(said, "skip") ?? 0),
            (int)(ObjectJson.Number(said, "times") ?? int.MaxValue),
            Seconds(said, "forSeconds"));
    }

    private static Fault Read(JsonObject said)
    {
        var status = (int?)ObjectJson.Number(said, "status");
        return ObjectJson.Text(said, "fault") switch
        {
            "delay" => new Fault.Delay(Seconds(said, "seconds") ?? TimeSpan.FromSeconds(1)),
            "refuse" => new Fault.Refuse(),
            "stall" => new Fault.Stall(),
            "hold-headers" => new Fault.HoldHeaders(),
            "status" => Fault.Reply.Status(status ?? 500, ObjectJson.Text(said, "reason"), ObjectJson.Text(said, "message"),
                ObjectJson.Text(said, "retryAfter")),
            "body" => Fault.Reply.Text(ObjectJson.Text(said, "body") ?? "", status ?? 200,
                ObjectJson.Text(said, "contentType") ?? "application/json"),
            "cut" => new Fault.Cut(
                End(ObjectJson.Text(said, "then")),
                (int)(ObjectJson.Number(said, "afterFrames") ?? 0),
                ObjectJson.Number(said, "afterBytes") ?? 0,
                ObjectJson.Text(said, "insert") is { } insert ? Encoding.UTF8.GetBytes(insert) : null),
            var other => throw new StatusException(Status.BadRequest(
                $"fault \"{other}\" is none of delay, refuse, stall, hold-headers, status, body, cut")),
        };
    }

    private static CutEnd End(string? then) => then switch
    {
        "end" or null => CutEnd.End,
        "reset" => CutEnd.Reset,
        "stall" => CutEnd.Stall,
        "go-on" => CutEnd.GoOn,
        _ => throw new StatusException(Status.BadRequest($"then \"{then}\" is none of end, reset, stall, go-on")),
    };

    private static TimeSpan? Seconds(JsonObject said, string name) =>
        said[name] is JsonValue value && value.TryGetValue<double>(out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
}
