using System.Buffers;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Patching;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Selection;
using Minik8s.ApiServer.Storage;
using Minik8s.ApiServer.Tables;

namespace Minik8s.ApiServer.Http;

/// <summary>Answers requests for objects: a path and a method become one call.</summary>
internal sealed class ApiHandler(Store store, Registry registry, Deletion deletion, ApiServerOptions settings)
{
    private const int FlushAt = 64 * 1024;

    /// <param name="ended">Watches and long-polls are to end.</param>
    /// <exception cref="StatusException">Every refusal.</exception>
    public Task HandleAsync(HttpContext http, RequestInfo request, CancellationToken ended) =>
        (http.Request.Method, request) switch
        {
            ("GET" or "HEAD", { Name: null }) => ListOrWatchAsync(http, request, ended),
            ("POST", { Name: null }) when request.Namespace is not null || !request.Kind.Namespaced => CreateAsync(http, request),
            ("DELETE", { Name: null }) when request.Namespace is not null || !request.Kind.Namespaced => DeleteAllAsync(http, request),
            ("GET" or "HEAD", { Name: not null, Subresource: "" or "status" }) => OneAsync(http, Get(request)),
            ("PUT", { Name: not null, Subresource: "" or "status" }) => ReplaceAsync(http, request),
            ("PATCH", { Name: not null, Subresource: "" or "status" }) => PatchAsync(http, request),
            ("DELETE", { Name: not null, Subresource: "" }) => DeleteAsync(http, request),
            (_, { Subresource: "" or "status" }) => throw new StatusException(Status.MethodNotAllowed),
            _ => throw new StatusException(Status.NoSuchPath),
        };

    private StoredObject Get(RequestInfo request) => registry.Get(request.Kind, request.Namespace ?? "", request.Name!);

    private async Task ListOrWatchAsync(HttpContext http, RequestInfo request, CancellationToken ended)
    {
        var options = ListOptions.Parse(request.Kind, http.Request.Query);
        var selection = new ObjectSelection(request.Kind, request.Namespace, options.Labels, options.Fields);
        var representation = RepresentationFor(http);
        if (options.Watch)
        {
            await WatchAsync(http, selection, options, representation, ended);
            return;
        }

        if (options is { IsLongPoll: true, ResourceVersion: { } version, Timeout: { } timeout })
        {
            if (!await LongPoll.WaitForNewerAsync(
                store, selection, version, timeout, settings.TimeProvider, ended, http.RequestAborted))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            // The caller's version may be of another life of this server; a newer list is what it waits for.
            options = options with { ResourceVersion = null };
        }

        var list = ObjectList.From(store, selection, options);
        await ListAsync(
            http, request.Kind, IsToBeEmpty(http) ? new ObjectList(list.Version, [], Continue: null, Remaining: null) : list, representation);
    }

    private static async Task ListAsync(HttpContext http, ResourceKind kind, ObjectList list, IRepresentation representation)
    {
        Answer.Begin(http, 200);
        var pending = 0;
        foreach (var piece in representation.List(kind, list))
        {
            http.Response.BodyWriter.Write(piece.Span);
            pending += piece.Length;
            if (pending >= FlushAt)
            {
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
                pending = 0;
            }
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private async Task WatchAsync(
        HttpContext http, ObjectSelection selection, ListOptions options, IRepresentation representation, CancellationToken ended)
    {
        var watch = new WatchStream(
            store, settings, selection, options, new FrameWriter(http.Response.BodyWriter, representation), IsToBeEmpty(http));
        if (watch.Refusal() is { } refusal)
        {
            throw new StatusException(refusal);
        }

        Answer.Begin(http, 200);
        var hold = settings.HoldWatchHeaders || http.Items.ContainsKey(Faults.FaultInjection.HoldHeaders);
        await watch.RunAsync(hold ? null : http.Response.Body.FlushAsync, ended, http.RequestAborted);
    }

    private async Task CreateAsync(HttpContext http, RequestInfo request)
    {
        var tree = await RequestBody.ReadObjectAsync(http, request.Kind);
        var sent = ObjectJson.Text(tree, "metadata", "namespace") ?? "";
        if (request.Kind.Namespaced && sent.Length > 0 && sent != request.Namespace)
        {
            throw new StatusException(Status.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"));
        }

        await OneAsync(http, registry.Create(request.Kind, request.Namespace ?? "", tree, DryRun(http)), 201);
    }

    private async Task ReplaceAsync(HttpContext http, RequestInfo request)
    {
        var tree = await RequestBody.ReadObjectAsync(http, request.Kind);
        await OneAsync(http, registry.Update(
            request.Kind, request.Namespace ?? "", request.Name!, request.Subresource == "status",
            _ => (JsonObject)tree.DeepClone(), DryRun(http)));
    }

    private async Task PatchAsync(HttpContext http, RequestInfo request)
    {
        var patch = Patch.For(RequestBody.MediaType(http), await RequestBody.ReadAsync(http));
        await OneAsync(http, registry.Update(
            request.Kind, request.Namespace ?? "", request.Name!, request.Subresource == "status", patch, DryRun(http)));
    }

    private async Task DeleteAsync(HttpContext http, RequestInfo request)
    {
        var (last, removed) = deletion.Delete(
            request.Kind, request.Namespace ?? "", request.Name!, await DeleteOptionsAsync(http));
        if (request.Kind == ResourceKind.Nodes && removed)
        {
            await Answer.WriteAsync(http, Status.Deleted(request.Kind, last.Name, last.Uid));
        }
        else
        {
            await OneAsync(http, last);
        }
    }

    private async Task DeleteAllAsync(HttpContext http, RequestInfo request)
    {
        var options = ListOptions.Parse(request.Kind, http.Request.Query);
        var how = await DeleteOptionsAsync(http);
        var selection = new ObjectSelection(request.Kind, request.Namespace, options.Labels, options.Fields);
        var list = ObjectList.From(store, selection, options with { Limit = 0 });
        foreach (var o in list.Items)
        {
            try
            {
                deletion.Delete(o.Kind, o.Namespace, o.Name, how);
            }
            catch (StatusException gone) when (gone.Status.Code == 404)
            {
                // Somebody else deleted it first.
            }
        }

        await ListAsync(http, request.Kind, list, RepresentationFor(http));
    }

    private static async Task<DeleteOptions> DeleteOptionsAsync(HttpContext http) => DeleteOptions.From(
        await RequestBody.ReadAsync(http) as JsonObject,
        ListOptions.Number(http.Request.Query, "gracePeriodSeconds"),
        DryRun(http));

    private async Task OneAsync(HttpContext http, StoredObject o, int code = 200)
    {
        var representation = RepresentationFor(http);
        Answer.Begin(http, code);
        representation.WriteObject(http.Response.BodyWriter, o);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static bool IsToBeEmpty(HttpContext http) => http.Items.ContainsKey(Faults.FaultInjection.EmptyList);

    private static bool DryRun(HttpContext http) => Resources.DryRun.IsWanted(http.Request.Query["dryRun"]);

    private IRepresentation RepresentationFor(HttpContext http) => MediaTypes.WantsTable(http.Request.Headers.Accept.ToString())
        ? new TableRepresentation(settings.TimeProvider, http.Request.Query["includeObject"].ToString())
        : JsonRepresentation.Instance;
}
