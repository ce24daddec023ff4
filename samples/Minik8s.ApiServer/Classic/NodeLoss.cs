using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Classic;

/// <summary>
/// The blip of the original: when a node is deleted, every pod of the cluster loses its status, on whatever node it is,
/// until its kubelet reports it again.
/// </summary>
internal sealed class NodeLoss : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Store _store;

    public NodeLoss(Store store)
    {
        _store = store;
        _ = RunAsync(store.Current, _stop.Token);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(Snapshot seen, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await _store.ChangeAfter(seen.Version).WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = _store.Current;
            if (Nodes(seen).Except(Nodes(now)).Any())
            {
                foreach (var pod in now.Of(ResourceKind.Pods))
                {
                    Reset(pod);
                }
            }

            seen = now;
        }
    }

    private static IEnumerable<string> Nodes(Snapshot at) => at.Of(ResourceKind.Nodes).Select(node => node.Uid);

    private void Reset(StoredObject pod)
    {
        while (_store.Current.Find(pod.Kind, pod.Key) is { } present && present.Uid == pod.Uid)
        {
            var tree = ObjectJson.ToTree(present);
            if (tree["status"] is not JsonObject { Count: > 0 })
            {
                return;
            }

            tree["status"] = new JsonObject();
            if (_store.TryCommit(present, ObjectJson.ToStored(pod.Kind, tree)) is not null)
            {
                return;
            }
        }
    }
}
