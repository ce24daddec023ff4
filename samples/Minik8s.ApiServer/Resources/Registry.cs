using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Resources;

/// <summary>
/// The rules of writing: what the server fills in, what a writer may change, what conflicts. Every refusal is a
/// <see cref="StatusException"/>.
/// </summary>
internal sealed class Registry(Store store, TimeProvider time)
{
    /// <summary>Held while a pod comes into its namespace and while a namespace goes with its pods: none may slip between.</summary>
    public Lock Namespaces { get; } = new();

    public StoredObject Get(ResourceKind kind, string @namespace, string name) =>
        store.Current.Find(kind, kind.Key(@namespace, name))
        ?? throw new StatusException(Status.NotFound(kind, name));

    /// <summary>
    /// Adds an object. Unlike a real control plane, which has kubelets to report it, a status that is sent is kept.
    /// </summary>
    public StoredObject Create(ResourceKind kind, string @namespace, JsonObject tree, bool dryRun = false)
    {
        var metadata = ObjectJson.Member(tree, "metadata");
        foreach (var name in (string[])["deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"])
        {
            metadata.Remove(name);
        }

        var generated = string.IsNullOrEmpty(ObjectJson.Text(metadata, "name"))
            && ObjectJson.Text(metadata, "generateName") is { Length: > 0 };
        if (kind.Namespaced)
        {
            metadata["namespace"] = @namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Timestamp(time.GetUtcNow());
        if (kind == ResourceKind.Pods)
        {
            metadata["generation"] = 1;
        }

        if (kind != ResourceKind.Nodes)
        {
            var phase = kind == ResourceKind.Pods ? "Pending" : "Active";
            var status = ObjectJson.Member(tree, "status");
            status["phase"] = ObjectJson.Text(status, "phase") ?? phase;
        }

        while (true)
        {
            if (generated)
            {
                metadata["name"] = ObjectJson.Text(metadata, "generateName")
                    + RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
            }

            Validation.Check(kind, tree);
            var draft = ObjectJson.ToStored(kind, tree);
            if (dryRun && store.Current.Find(kind, draft.Key) is null)
            {
                return draft.Unversioned();
            }

            if (!dryRun && Commit(null, draft) is { } stored)
            {
                return stored;
            }

            if (!generated)
            {
                throw new StatusException(Status.AlreadyExists(kind, draft.Name));
            }
        }
    }

    /// <summary>Replaces what a writer may change: everything but the status, or with <paramref name="status"/> only
    /// that and the labels and annotations. What changes nothing writes nothing.</summary>
    /// <param name="change">From the present object to the wished one; called again when another writer was faster.</param>
    public StoredObject Update(
        ResourceKind kind, string @namespace, string name, bool status, Func<JsonObject, JsonObject> change, bool dryRun = false)
    {
        while (true)
        {
            var existing = Get(kind, @namespace, name);
            var before = ObjectJson.ToTree(existing);
            var after = change(ObjectJson.ToTree(existing));
            Reconciliation.Apply(existing, before, after, status);
            if (JsonNode.DeepEquals(before, after))
            {
                return existing;
            }

            if (kind == ResourceKind.Pods && !JsonNode.DeepEquals(before["spec"], after["spec"]))
            {
                ObjectJson.Member(after, "metadata")["generation"] = (ObjectJson.Number(before, "metadata", "generation") ?? 0) + 1;
            }

            Validation.Check(kind, after);
            var draft = ObjectJson.ToStored(kind, after);
            if (dryRun)
            {
                return draft.At(existing.Version);
            }

            if (store.TryCommit(existing, draft) is { } stored)
            {
                return stored;
            }
        }
    }

    /// <summary>
    /// Stores an object as it is given, new or in place of the present one: with status, deletion mark and UID, whatever
    /// the rules of the API. Only the version is the server's, and a UID and a creation time where there is none.
    /// </summary>
    public StoredObject Put(ResourceKind kind, string json)
    {
        var tree = (JsonObject)ObjectJson.Parse(Encoding.UTF8.GetBytes(json))!;
        var metadata = ObjectJson.Member(tree, "metadata");
        if (kind.Namespaced)
        {
            metadata["namespace"] ??= "default";
        }

        metadata["creationTimestamp"] ??= Timestamp(time.GetUtcNow());
        while (true)
        {
            var key = kind.Key(ObjectJson.Text(metadata, "namespace") ?? "", ObjectJson.Text(metadata, "name")!);
            var existing = store.Current.Find(kind, key);
            metadata["uid"] ??= existing?.Uid ?? Guid.NewGuid().ToString();
            if (Commit(existing, ObjectJson.ToStored(kind, tree)) is { } stored)
            {
                return stored;
            }
        }
    }

    private StoredObject? Commit(StoredObject? existing, StoredObject draft)
    {
        if (!draft.Kind.Namespaced)
        {
            return store.TryCommit(existing, draft);
        }

        lock (Namespaces)
        {
            EnsureNamespace(draft.Namespace);
            return store.TryCommit(existing, draft);
        }
    }

    /// <summary>A namespace comes into being with its first object.</summary>
    public void EnsureNamespace(string name)
    {
        if (store.Current.Find(ResourceKind.Namespaces, name) is null)
        {
            try
            {
                Create(ResourceKind.Namespaces, "", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
            }
            catch (StatusException already) when (already.Status.Code == 409)
            {
                // Another first object was faster.
            }
        }
    }

    public static string Timestamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
