using System.Globalization;
using System.Text.Json.Nodes;
using Minik8s.ApiServer;
using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.EndToEnd.Chaos;

/// <summary>
/// Nodes and pods of which some exist throughout, some come and go, and all change: each change counts up the object's label
/// <c>rev</c>. Changes are made one after the other by one thread, between <see cref="Start"/> and <see cref="StopAsync"/>.
/// </summary>
/// <param name="pods">How many exist throughout. A quarter as many come and go.</param>
/// <param name="nodes">Likewise.</param>
/// <param name="pause">The longest between two changes.</param>
internal sealed class CountedChurn(ApiServerHost server, Random random, int pods, int nodes, TimeSpan pause) : IAsyncDisposable
{
    private readonly HashSet<(ResourceKind, string)> _present = [];
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>How often an object was created, changed or deleted.</summary>
    public int Operations { get; private set; }

    /// <summary>The names of the pods that exist throughout.</summary>
    public IEnumerable<string> LastingPods => Enumerable.Range(0, pods).Select(PodName);

    /// <summary>The names of the nodes that exist throughout.</summary>
    public IEnumerable<string> LastingNodes => Enumerable.Range(0, nodes).Select(NodeName);

    /// <summary>Creates those that exist throughout.</summary>
    public void Populate()
    {
        for (var i = 0; i < nodes; i++)
            Create(ResourceKind.Nodes, i);
        for (var i = 0; i < pods; i++)
            Create(ResourceKind.Pods, i);
    }

    public void Start()
    {
        _stop = new CancellationTokenSource();
        _running = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                Step();
                await Task.Delay(pause * random.NextDouble(), TimeProvider.System);
            }
        });
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Takes what the server holds for what there is: after a start from a backup it is not what was there before.</summary>
    public void LookAgain()
    {
        _present.Clear();
        foreach (var kind in (ResourceKind[])[ResourceKind.Nodes, ResourceKind.Pods])
            _present.UnionWith(server.Store.Current.Of(kind).Select(stored => (kind, stored.Name)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private static string NodeName(int i) => $"worker-{i:000}";

    private static string PodName(int i) => $"shop-{i:0000}";

    /// <summary>One time in two an object comes or goes, else one changes; one time in ten it is a node.</summary>
    private void Step()
    {
        Operations++;
        var kind = random.Next(10) == 0 ? ResourceKind.Nodes : ResourceKind.Pods;
        var lasting = kind == ResourceKind.Nodes ? nodes : pods;
        var all = lasting + Math.Max(1, lasting / 4);
        var i = random.Next(2) == 0 ? random.Next(lasting, all) : random.Next(all);
        var name = kind == ResourceKind.Nodes ? NodeName(i) : PodName(i);
        if (!_present.Contains((kind, name)))
            Create(kind, i);
        else if (i < lasting || random.Next(2) == 0)
            Change(kind, name);
        else
            Delete(kind, name);
    }

    private void Create(ResourceKind kind, int i)
    {
        var name = kind == ResourceKind.Nodes ? NodeName(i) : PodName(i);
        server.Registry.Create(kind, Namespace(kind), kind == ResourceKind.Nodes ? Node(name, i) : Pod(name, i));
        _present.Add((kind, name));
    }

    private void Change(ResourceKind kind, string name) => server.Registry.Update(kind, Namespace(kind), name, status: false, o =>
    {
        var labels = o["metadata"]!["labels"]!;
        labels["rev"] = $"{int.Parse(labels["rev"]!.GetValue<string>(), CultureInfo.InvariantCulture) + 1}";
        return o;
    });

    private void Delete(ResourceKind kind, string name)
    {
        server.Deletion.Delete(kind, Namespace(kind), name, DeleteOptions.Forced);
        _present.Remove((kind, name));
    }

    private static string Namespace(ResourceKind kind) => kind == ResourceKind.Nodes ? "" : "default";

    private static JsonObject Node(string name, int i) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["rev"] = "0", ["zone"] = $"zone-{i % 3}" } },
        ["status"] = new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = $"127.1.{i / 250}.{1 + (i % 250)}" }),
        },
    };

    private static JsonObject Pod(string name, int i)
    {
        var labels = new JsonObject { ["log"] = "prometheus", ["rev"] = "0" };
        for (var extra = 0; extra < 8; extra++)
            labels[$"example.org/label-{extra}"] = $"value-{extra}-of-{name}";
        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = NodeName(i % 4),
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "app",
                    ["image"] = "app:1",
                    ["ports"] = new JsonArray(new JsonObject { ["name"] = "prometheus", ["containerPort"] = 2112 }),
                }),
            },
            ["status"] = new JsonObject { ["phase"] = "Running", ["podIP"] = $"127.2.{i / 250}.{1 + (i % 250)}" },
        };
    }
}
