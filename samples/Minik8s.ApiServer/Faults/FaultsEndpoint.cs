using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
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
        var members = new FaultMembers(said);
        var fault = FaultReader.Read(members);
        var (resource, method, path, watch) =
            (members.Text("resource"), members.Text("method"), members.Text("path"), members.Flag("watch"));
        var (skip, times, during) = (members.Number("skip"), members.Number("times"), members.Seconds("forSeconds"));
        members.CheckAllRead();
        script.Add(
            fault,
            request => (resource is null || request.Resource == resource)
                && (method is null || request.Method == method)
                && (path is null || request.Path == path)
                && (watch is null || (watch.Value ? request.IsWatch : request.IsList)),
            skip ?? 0,
            times ?? int.MaxValue,
            during);
    }
}
