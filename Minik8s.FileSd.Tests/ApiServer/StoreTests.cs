using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.FileSd.Tests.ApiServer;

internal sealed class StoreTests
{
    [Test]
    public void A_write_over_a_state_that_has_passed_is_refused()
    {
        var store = new Store(10);
        var first = store.TryCommit(null, Node("n1"))!;
        var second = store.TryCommit(first, Node("n1"))!;

        store.TryCommit(first, Node("n1")).Should().BeNull("another writer was faster");
        store.TryCommit(first, null).Should().BeNull();
        store.TryCommit(null, Node("n1")).Should().BeNull("it exists");
        store.Current.Version.Should().Be(2);
        store.TryCommit(second, null)!.Version.Should().Be(3);
        store.TryCommit(second, Node("n1")).Should().BeNull("it is gone");
    }

    [Test]
    public void The_history_is_bounded_by_the_bytes_of_its_objects_too()
    {
        var store = new Store(1_000, historyBytes: 10_000);
        var node = store.TryCommit(null, Node("n1"));
        for (var i = 0; i < 100; i++)
        {
            node = store.TryCommit(node, Node("n1", new string('x', 1_000)));
        }

        store.OldestVersion.Should().BeInRange(91, 95);
        store.At(store.OldestVersion).Should().NotBeNull();
        store.At(store.OldestVersion - 1).Should().BeNull();
        store.Read(store.OldestVersion - 1, new StoreEvent[1]).Should().Be(-1);
        store.Read(store.OldestVersion, new StoreEvent[100]).Should().Be((int)(101 - store.OldestVersion));
    }

    [Test]
    public void The_last_event_is_remembered_whatever_its_size()
    {
        var store = new Store(10, historyBytes: 1);
        store.TryCommit(null, Node("n1"));
        store.TryCommit(null, Node("n2"));

        store.OldestVersion.Should().Be(1);
        store.Read(1, new StoreEvent[10]).Should().Be(1);
    }

    [Test]
    public void A_compaction_begins_a_new_history()
    {
        var store = new Store(2, historyBytes: 1_000_000);
        foreach (var name in (string[])["a", "b", "c"])
        {
            store.TryCommit(null, Node(name));
        }

        store.Compact();
        store.OldestVersion.Should().Be(3);
        store.TryCommit(null, Node("d"));
        store.TryCommit(null, Node("e"));
        store.OldestVersion.Should().Be(3);
        store.TryCommit(null, Node("f"));
        store.OldestVersion.Should().Be(4);
    }

    private static StoredObject Node(string name, string more = "") => ObjectJson.ToStored(ResourceKind.Nodes, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["more"] = more },
    });
}
