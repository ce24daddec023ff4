using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Tests.Targets;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>The readers of nodes and pods against the serializer, which they replace where all is as it should be.</summary>
internal sealed class ObjectReaderTests
{
    [Test]
    public void Nodes_and_pods_are_read_as_the_serializer_reads_them()
    {
        var seed = Random.Shared.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var objects = new OddObjects(random.Next());
            var json = Encoding.UTF8.GetBytes((i % 2 == 0 ? objects.Node() : objects.Pod()).ToJsonString());
            for (var mistakes = random.Next(3); mistakes > 0; mistakes--)
                json = Mistaken(json, random);
            var isRead = i % 2 == 0 ? AreAlike(json, ClusterJson.Default.Node) : AreAlike(json, ClusterJson.Default.Pod);
            (read, refused) = isRead ? (read + 1, refused) : (read, refused + 1);
        }

        read.Should().BeGreaterThan(5_000);
        refused.Should().BeGreaterThan(1_000);
    }

    [TestCase("""{"metadata":{"name":null,"labels":{"a":null},"ownerReferences":[null,{"controller":null}]},"spec":{"containers":[null,{"ports":[null,{"containerPort":1}]}]},"status":{"podIPs":[null]}}""")]
    [TestCase("""{"metadata":{"name":"a","name":"b","labels":{"a":"1","a":"2"}},"spec":null,"spec":{"nodeName":"n"},"status":null}""")]
    [TestCase("""{"metadat\u0061":{"n\u0061me":"\ud83d\ude00"},"status":{"containerStatuses":[{"state":{"terminated":{"exitCode":-1}}},{"state":null}]}}""")]
    [TestCase("null")]
    public void Nulls_escapes_and_members_that_stand_there_twice_are_read_alike(string json) =>
        AreAlike(Encoding.UTF8.GetBytes(json), ClusterJson.Default.Pod).Should().BeTrue();

    /// <summary>False where the reader leaves it to the serializer.</summary>
    private static bool AreAlike<T>(byte[] json, JsonTypeInfo<T> type)
        where T : class, IResource
    {
        T? read;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            read = (T?)T.Read(ref reader);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        var whole = new Utf8JsonReader(json);
        var serialized = JsonSerializer.Deserialize(ref whole, type);
        JsonSerializer.Serialize(read!, type).Should().Be(JsonSerializer.Serialize(serialized!, type), "of {0}", Encoding.UTF8.GetString(json));
        return true;
    }

    /// <summary>With a value, a quote or a bracket that is another.</summary>
    private static byte[] Mistaken(byte[] json, Random random)
    {
        string[] others = ["null", "5", "\"x\"", "true", "{}", "[]", "\"\\u0041\\n\"", "1.5", "99999999999"];
        var text = Encoding.UTF8.GetString(json);
        var colons = Enumerable.Range(0, text.Length).Where(at => text[at] == ':').ToList();
        var colon = colons[random.Next(colons.Count)];
        if (random.Next(4) == 0)
            return Encoding.UTF8.GetBytes(text[..colon] + (char)random.Next(32, 127) + text[(colon + 1)..]);
        var end = text.AsSpan(colon).IndexOfAny(",}]");
        return end < 0 ? json : Encoding.UTF8.GetBytes(text[..(colon + 1)] + others[random.Next(others.Length)] + text[(colon + end)..]);
    }
}
