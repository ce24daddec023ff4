using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>Each recorded state of the original, put into the server as Kubernetes has it, and told again.</summary>
internal sealed class ClassicRecordingTests : ClassicTest
{
    /// <summary>Members whose values are ours; their types are the original's.</summary>
    private static readonly string[] Ours = ["Stats", "SandboxId", "Id", "CreatedAt", "StartedAt", "FinishedAt", "MemLimit", "CpuLimit"];

    private static IEnumerable<string> States => from folder in Directory.GetDirectories(Recordings).Order(StringComparer.Ordinal)
                                                 select Path.GetFileName(folder);

    [TestCaseSource(nameof(States))]
    public async Task A_recorded_state_is_told_with_the_same_members_in_the_same_order(string state)
    {
        var (nodes, pods) = (Recorded(state, "nodes.json"), Recorded(state, "pods.json"));
        foreach (var node in nodes)
        {
            Server.Registry.Put(ResourceKind.Nodes, ClassicToKubernetes.Node(node).ToJsonString());
        }

        foreach (var pod in pods)
        {
            Server.Registry.Put(ResourceKind.Pods, ClassicToKubernetes.Pod(pod).ToJsonString());
        }

        Compare(await ListAsync("api/node"), nodes);
        Compare(await ListAsync("api/pod"), pods);
        Compare(await ListAsync("api/get/allpods"), pods);
    }

    [Test]
    public async Task A_string_is_spelled_as_Go_spells_it()
    {
        var pod = Recorded("07-pods-running", "pods.json").Single(pod => Text(pod, "metadata.Name") == "two-containers");
        Server.Registry.Put(ResourceKind.Pods, ClassicToKubernetes.Pod(pod).ToJsonString());

        (await Classic.Get("api/pod")).Text.Should().Contain("""{"app":"web","log":"prometheus","note":"a\u003cb\u0026c\u003ed 监控 é"}""");
    }

    [Test]
    public async Task A_long_answer_is_chunked_and_a_short_one_is_not()
    {
        using var empty = await Classic.Http.GetAsync("api/pod");
        foreach (var pod in Recorded("07-pods-running", "pods.json"))
        {
            Server.Registry.Put(ResourceKind.Pods, ClassicToKubernetes.Pod(pod).ToJsonString());
        }

        using var full = await Classic.Http.GetAsync("api/pod");

        empty.Headers.TransferEncodingChunked.Should().BeNull();
        full.Headers.TransferEncodingChunked.Should().BeTrue();
    }

    private static IReadOnlyList<JsonObject> Recorded(string state, string file)
    {
        IReadOnlyList<JsonObject> all =
            [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Recordings, state, file)))?.AsArray().Select(o => o!.AsObject()) ?? []];
        foreach (var container in all.SelectMany(o => o["Spec"]?["Containers"]?.AsArray() ?? []))
        {
            // Containers of Kubernetes have none.
            container!["Labels"] = null;
        }

        return all;
    }

    private static void Compare(IReadOnlyList<JsonObject> ours, IReadOnlyList<JsonObject> theirs)
    {
        ours.Should().HaveSameCount(theirs);
        foreach (var (mine, recorded) in ours.Zip(theirs))
        {
            Compare(mine, recorded, Text(recorded, "metadata.Name"), sameValue: true);
        }
    }

    private static void Compare(JsonNode? ours, JsonNode? theirs, string path, bool sameValue)
    {
        (ours?.GetValueKind()).Should().Be(theirs?.GetValueKind(), path);
        if (theirs is JsonObject theirObject)
        {
            var ourObject = ours!.AsObject();
            ourObject.Select(member => member.Key).Should().Equal(theirObject.Select(member => member.Key), path);
            foreach (var (name, their) in theirObject)
            {
                Compare(ourObject[name], their, $"{path}.{name}", sameValue && !Ours.Contains(name));
            }
        }
        else if (theirs is JsonArray theirList)
        {
            ours!.AsArray().Should().HaveSameCount(theirList, path);
            for (var i = 0; i < theirList.Count; i++)
            {
                Compare(ours[i], theirList[i], $"{path}[{i}]", sameValue);
            }
        }
        else if (sameValue)
        {
            ours?.ToJsonString().Should().Be(theirs?.ToJsonString(), path);
        }
    }
}
