using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Resources;

/// <summary>
/// Deletes objects; a pod that may be running on a node only after its grace period. There are no kubelets here that
/// would report the end of its containers, so the server waits the period out and removes the pod itself.
/// </summary>
internal sealed class Deletion(Store store, Registry registry, TimeProvider time) : IDisposable
{
    private const long DefaultGraceSeconds = 30;

    /// <summary>30 days; timers and dates reach a little further.</summary>
    private const long MaxGraceSeconds = 30 * 24 * 3600;

    private readonly Dictionary<string, (long Version, ITimer Timer)> _timers = [];

    /// <returns>The object as it is now, or as it was last; <c>Removed</c> tells which.</returns>
    public (StoredObject Object, bool Removed) Delete(ResourceKind kind, string @namespace, string name, DeleteOptions options)
    {
        while (true)
        {
            var existing = registry.Get(kind, @namespace, name);
            CheckPreconditions(existing, options);
            var tree = ObjectJson.ToTree(existing);
            var grace = Grace(existing, tree, options);
            if (options.DryRun)
            {
                return (existing, grace == 0);
            }

            if (grace > 0)
            {
                if (ObjectJson.Text(tree, "metadata", "deletionTimestamp") is not null
                    && ObjectJson.Number(tree, "metadata", "deletionGracePeriodSeconds") <= grace)
                {
                    return (existing, false);
                }

                if (store.TryCommit(existing, Terminating(kind, tree, grace)) is { } terminating)
                {
                    RemoveAfter(TimeSpan.FromSeconds(grace), terminating);
                    return (terminating, false);
                }
            }
            else
            {
                if ((kind == ResourceKind.Namespaces ? RemoveWithPods(existing) : Remove(existing)) is { } last)
                {
                    return (last, true);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_timers)
        {
            foreach (var (_, timer) in _timers.Values)
            {
                timer.Dispose();
            }

            _timers.Clear();
        }
    }

    private static long Grace(StoredObject existing, JsonObject tree, DeleteOptions options)
    {
        var mayRun = existing.Kind == ResourceKind.Pods
            && existing.NodeName.Length > 0
            && existing.Phase is not ("Succeeded" or "Failed");
        return mayRun
            ? Math.Clamp(options.GracePeriodSeconds
                ?? ObjectJson.Number(tree, "metadata", "deletionGracePeriodSeconds")
                ?? ObjectJson.Number(tree, "spec", "terminationGracePeriodSeconds")
                ?? DefaultGraceSeconds, 0, MaxGraceSeconds)
            : 0;
    }

    private StoredObject Terminating(ResourceKind kind, JsonObject tree, long grace)
    {
        var metadata = ObjectJson.Member(tree, "metadata");
        if (!metadata.ContainsKey("deletionTimestamp"))
        {
            metadata["generation"] = (ObjectJson.Number(metadata, "generation") ?? 0) + 1;
        }

        metadata["deletionTimestamp"] = Registry.Timestamp(time.GetUtcNow() + TimeSpan.FromSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        return ObjectJson.ToStored(kind, tree);
    }

    private void RemoveAfter(TimeSpan grace, StoredObject terminating)
    {
        var timer = time.CreateTimer(_ => RemoveIfStill(terminating), null, grace, Timeout.InfiniteTimeSpan);
        lock (_timers)
        {
            // Of two deletions at once the later commit counts, whichever of them comes here first.
            var isLast = !_timers.TryGetValue(terminating.Uid, out var armed) || armed.Version < terminating.Version;
            if (isLast)
            {
                _timers[terminating.Uid] = (terminating.Version, timer);
            }

            (isLast ? armed.Timer : timer)?.Dispose();
        }
    }

    private void RemoveIfStill(StoredObject terminating)
    {
        while (store.Current.Find(terminating.Kind, terminating.Key) is { } existing
            && existing.Uid == terminating.Uid
            && Remove(existing) is null)
        {
        }

        Forget(terminating.Uid);
    }

    private StoredObject? Remove(StoredObject existing)
    {
        var last = store.TryCommit(existing, null);
        if (last is not null)
        {
            Forget(existing.Uid);
        }

        return last;
    }

    private StoredObject? RemoveWithPods(StoredObject @namespace)
    {
        lock (registry.Namespaces)
        {
            foreach (var pod in store.Current.Range(ResourceKind.Pods, @namespace.Name))
            {
                while (store.Current.Find(pod.Kind, pod.Key) is { } existing && Remove(existing) is null)
                {
                }
            }

            return Remove(@namespace);
        }
    }

    private void Forget(string uid)
    {
        lock (_timers)
        {
            if (_timers.Remove(uid, out var armed))
            {
                armed.Timer.Dispose();
            }
        }
    }

    private static void CheckPreconditions(StoredObject existing, DeleteOptions options)
    {
        if (options.Uid is { Length: > 0 } uid && uid != existing.Uid)
        {
            throw new StatusException(Status.Conflict(existing.Kind, existing.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {existing.Uid}"));
        }

        if (options.ResourceVersion is { Length: > 0 } version
            && version != existing.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw new StatusException(Status.Conflict(existing.Kind, existing.Name,
                $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {existing.Version}"));
        }
    }
}
