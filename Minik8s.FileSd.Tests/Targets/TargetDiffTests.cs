using System.Text.Json;
using CsCheck;
using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>What is other than before, against what a person would find out of the two files.</summary>
internal sealed class TargetDiffTests
{
    /// <summary>A pod: when it was made, where it runs, and its targets by address and label.</summary>
    private sealed record Shape(int Created, int Node, (int Address, int Label)[] Groups);

    /// <summary>A cluster of two namespaces that are followed by themselves; null for a pod that is not there. A node has a label.</summary>
    private sealed record State(Shape?[] Pods, int[] Nodes, bool WithNodes);

    private static readonly Gen<State> AnyState = Gen.Select(
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2]).Array[0, 3], (created, node, groups) => new Shape(created, node, groups))
            .Null().Array[8],
        Gen.Int[0, 2].Array[2],
        Gen.Bool,
        (pods, nodes, withNodes) => new State(pods, nodes, withNodes));

    [Test]
    public void Any_two_contents_differ_by_what_their_files_differ_by() =>
        Gen.Select(AnyState, AnyState).Sample((before, after) =>
            Told(TargetDiff.Between(Content(before), Content(after))).Should().Equal(Naive(Content(before).Text(), Content(after).Text())));

    [Test]
    public void A_content_differs_from_the_file_of_an_earlier_run_by_what_the_files_differ_by() =>
        Gen.Select(AnyState, AnyState).Sample((before, after) =>
        {
            using var folder = new TempFolder();
            File.WriteAllBytes(folder["pods.json"], Content(before).Bytes());
            var found = FoundTargets.Content(FoundTargets.Read(folder["pods.json"]));
            Told(TargetDiff.Between(found, Content(after))).Should().Equal(Naive(Content(before).Text(), Content(after).Text()));
        }, iter: 200);

    [Test]
    public void All_is_added_to_nothing() => Gen.Select(AnyState, Gen.Bool).Sample((state, _) =>
        Told(TargetDiff.Between(null, Content(state))).Should().Equal(Naive("[]", Content(state).Text())));

    [Test]
    public void A_relabelling_names_the_labels_that_were_added_removed_and_altered()
    {
        var before = Single(new("a", "1"), new("b", "1"), new("gone", "1"));
        var after = Single(new("a", "1"), new("b", "2"), new("new", "1"));
        var relabelled = TargetDiff.Between(before, after).Relabelled.Should().ContainSingle().Subject;
        relabelled.Labels.Should().Equal("b", "gone", "new");
    }

    [Test]
    public void The_order_of_one_objects_targets_is_no_difference_between_them()
    {
        var diff = TargetDiff.Between(Content(Pod((1, 0), (2, 0), (3, 0))), Content(Pod((3, 0), (1, 0), (2, 1))));
        Told(diff).Should().Equal("~ ns0/pod0 10.0.0.2:1 label");

        static State Pod(params (int, int)[] groups) => new([new Shape(0, 0, groups), .. new Shape?[7]], [0, 0], false);
    }

    /// <summary>Nothing to fail by: it says what a comparison costs in a large cluster of which one pod has changed.</summary>
    [Test]
    public void Fifty_thousand_targets_are_compared_line_by_line()
    {
        var before = Contents.Listed(Enumerable.Range(0, 50_000).Select(i => Large(i, "1")));
        var after = before.Apply(new(ChangeKind.Applied, Large(25_000, "2").Key, RenderedTargets.Of(Large(25_000, "2").Verdict)));
        var (was, @is) = (new FileContent([before]), new FileContent([after]));
        (was.Count, @is.Count).Should().Be((50_000, 50_000), "a publish has counted them");
        var (compared, told) = (new List<double>(), new List<double>());
        for (var i = 0; i < 5; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            var diff = TargetDiff.Between(was, @is);
            compared.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            diff.Relabelled.Should().ContainSingle().Which.Labels.Should().Equal("label");
            began = TimeProvider.System.GetTimestamp();
            AuditLine.Of(new(default, "pods.json", new(CauseKind.Repair, "Pod", null, null, 0), default, was, @is), diff);
            told.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }

        TestContext.Out.WriteLine($"a comparison takes {compared.Min():0.0} ms, the line with the hash of {@is.Length} bytes {told.Min():0.0} ms");

        static (ObjectKey Key, Verdict Verdict) Large(int i, string label)
        {
            var key = new ObjectKey("ns", $"pod{i:00000}");
            var group = new TargetGroup($"10.{i / 62_500}.{i / 250 % 250}.{i % 250}:80", [new("label", label), new("padding", new string('x', 500)), new("pod", key.Name)]);
            return (key, new Verdict.Target([group], []) { Created = DateTimeOffset.UnixEpoch });
        }
    }

    private static FileContent Single(params KeyValuePair<string, string>[] labels) =>
        new([Contents.Listed([(new ObjectKey("ns", "a"), new Verdict.Target([new TargetGroup("10.0.0.1:1", labels)], []))])]);

    private static FileContent Content(State state)
    {
        var nodes = Contents.Listed(state.Nodes.Select((label, i) => (
            new ObjectKey("", $"node{i}"),
            (Verdict)new Verdict.NotTarget(Reason.NodeNotReady, "") { LabelsForPods = label == 0 ? null : [new("__meta_kubernetes_node_label", $"{label}")] })));
        var parts = state.Pods.Select((pod, i) => (Key: new ObjectKey($"ns{i / 4}", $"pod{i}"), Pod: pod)).Where(each => each.Pod is not null).GroupBy(each => each.Key.Namespace);
        return new(
            [.. new[] { "ns0", "ns1" }.Select(name => Contents.Listed(parts.Where(part => part.Key == name).SelectMany(part => part).Select(each => (each.Key, Judge(each.Key, each.Pod!)))))],
            state.WithNodes ? nodes : null);

        Verdict Judge(ObjectKey key, Shape pod) => pod.Groups.Length == 0 ? new Verdict.NotTarget(Reason.PodNotRunning, "") : new Verdict.Target(
            [.. pod.Groups.Select(group => new TargetGroup($"10.0.0.{group.Address}:1", [new("label", $"{group.Label}"), new("namespace", key.Namespace), new("pod", key.Name)]))], [])
        {
            Created = DateTimeOffset.UnixEpoch.AddDays(pod.Created),
            Node = state.WithNodes ? $"node{pod.Node}" : null,
        };
    }

    private static IEnumerable<string> Told(TargetDiff diff) => diff.Added.Select(line => $"+ {line.Object} {line.Address}")
        .Concat(diff.Removed.Select(line => $"- {line.Object} {line.Address}"))
        .Concat(diff.Relabelled.Select(each => $"~ {each.After.Object} {each.After.Address} {string.Join(' ', each.Labels)}"))
        .Order(StringComparer.Ordinal);

    /// <summary>By the text of both files alone: of each object and address the first line with the first, and so on.</summary>
    private static IEnumerable<string> Naive(string before, string after)
    {
        var (old, @new) = (Lines(before), Lines(after));
        return old.Keys.Union(@new.Keys).SelectMany(key =>
        {
            var (olds, news) = (old.GetValueOrDefault(key, []), @new.GetValueOrDefault(key, []));
            var common = Math.Min(olds.Count, news.Count);
            return Enumerable.Range(0, common)
                .Select(i => string.Join(' ', olds[i].Except(news[i]).Concat(news[i].Except(olds[i])).Select(label => label.Key).Distinct().Order(StringComparer.Ordinal)))
                .Where(labels => labels.Length > 0).Select(labels => $"~ {key} {labels}")
                .Concat(news.Skip(common).Select(_ => $"+ {key}"))
                .Concat(olds.Skip(common).Select(_ => $"- {key}"));
        }).Order(StringComparer.Ordinal);
    }

    private static Dictionary<string, List<Dictionary<string, string>>> Lines(string text)
    {
        var lines = new Dictionary<string, List<Dictionary<string, string>>>();
        using var json = JsonDocument.Parse(text);
        foreach (var group in json.RootElement.EnumerateArray())
        {
            var labels = group.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);
            var key = $"{labels["namespace"]}/{labels["pod"]} {group.GetProperty("targets")[0].GetString()}";
            if (!lines.TryGetValue(key, out var same))
                lines[key] = same = [];
            same.Add(labels);
        }

        return lines;
    }
}
