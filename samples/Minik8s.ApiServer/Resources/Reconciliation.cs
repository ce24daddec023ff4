using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Resources;

/// <summary>What of a writer's wish becomes true: what the server owns stays as it is.</summary>
internal static class Reconciliation
{
    private static readonly string[] ServerOwned =
        ["name", "namespace", "uid", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <param name="before">The object as it is stored.</param>
    /// <param name="after">The wished object; becomes what may be stored.</param>
    /// <param name="status">The wish is about the status, not about the rest.</param>
    /// <exception cref="StatusException">400 or 409: the wish is about another object, or about a version that has passed.</exception>
    public static void Apply(StoredObject existing, JsonObject before, JsonObject after, bool status)
    {
        var kind = existing.Kind;
        after.Remove("kind");
        after.Remove("apiVersion");
        var old = ObjectJson.Member(before, "metadata");
        var metadata = ObjectJson.Member(after, "metadata");
        if (ObjectJson.Text(metadata, "name") is { Length: > 0 } name && name != existing.Name)
        {
            throw new StatusException(Status.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({existing.Name})"));
        }

        if (kind.Namespaced && ObjectJson.Text(metadata, "namespace") is { Length: > 0 } space && space != existing.Namespace)
        {
            throw new StatusException(Status.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"));
        }

        if (ObjectJson.Text(metadata, "uid") is { Length: > 0 } uid && uid != existing.Uid)
        {
            throw new StatusException(Status.Conflict(kind, existing.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {existing.Uid}"));
        }

        if (ObjectJson.Text(metadata, "resourceVersion") is { Length: > 0 } version
            && version != existing.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new StatusException(Status.Modified(kind, existing.Name));
        }

        foreach (var member in ServerOwned)
        {
            Keep(old, metadata, member);
        }

        Keep(old, metadata, "resourceVersion");
        if (status)
        {
            foreach (var member in before.Select(member => member.Key).Union(after.Select(member => member.Key)).ToArray())
            {
                if (member is not ("metadata" or "status"))
                {
                    Keep(before, after, member);
                }
            }
        }
        else
        {
            Keep(before, after, "status");
        }
    }

    private static void Keep(JsonObject from, JsonObject to, string member)
    {
        if (from.TryGetPropertyValue(member, out var value))
        {
            to[member] = value?.DeepClone();
        }
        else
        {
            to.Remove(member);
        }
    }
}
