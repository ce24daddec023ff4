using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>Which shard has a target, and what becomes of those of the others.</summary>
internal sealed class ShardTests
{
    private static readonly ObjectKey Web = new("shop", "web-0");

    // As a real Prometheus has said; ShardingTests asks one again.
    [TestCase("10.0.0.1:9100", 5548061184049187645UL)]
    [TestCase("10.0.0.2:9100", 15656280037150697841UL)]
    [TestCase("10.244.1.7:8080", 7760166906702896855UL)]
    [TestCase("[fd00::1]:9100", 17538313902848304225UL)]
    public void The_hash_is_that_of_Prometheus(string address, ulong hash)
    {
        foreach (var count in (int[])[1, 2, 3, 4, 7, 1_000, Shard.Most])
            Shard.Of(address, count).Should().Be((int)(hash % (ulong)count));
    }

    [Test]
    public void Each_target_is_in_exactly_one_shard_and_there_with_its_number_and_else_as_it_was() => Gen.Int[0, int.MaxValue - 1].Sample(
        seed =>
        {
            var random = new Random(seed);
            var count = random.Next(1, 12);
            var whole = new Verdict.Target([.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Group(random)).DistinctBy(group => group.Address)], []);
            var union = new List<string>();
            for (var i = 0; i < count; i++)
            {
                switch (new Shard(i, count).Keep(whole))
                {
                    case Verdict.Target own:
                        own.Groups.Should().NotBeEmpty();
                        foreach (var group in own.Groups)
                        {
                            var name = $"{Hash(group.Address) % count}";
                            name.Should().Be($"{i}");
                            group.Labels.Select(label => label.Key).Should().BeInAscendingOrder(StringComparer.Ordinal);
                            group.Labels.Single(label => label.Key == Shard.Label).Value.Should().Be(name);
                            group.Labels.Where(label => label.Key != Shard.Label).Should().Equal(whole.Groups.Single(each => each.Address == group.Address).Labels);
                        }

                        union.AddRange(own.Groups.Select(group => group.Address));
                        break;
                    case Verdict.NotTarget not:
                        not.Reason.Should().Be(Reason.OtherShard);
                        break;
                }
            }

            union.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(whole.Groups.Select(group => group.Address));
        },
        iter: 500);

    [Test]
    public void Without_shards_nothing_stands_between_an_object_and_its_projection()
    {
        Func<Node, Verdict> project = _ => new Verdict.NotTarget(Reason.NodeNotReady, "");
        Shard.Dividing(project, null).Should().BeSameAs(project);
    }

    [Test]
    public void What_is_no_target_for_another_reason_keeps_that()
    {
        var not = new Verdict.NotTarget(Reason.PodFinished, "its phase is Failed");
        new Shard(0, 2).Keep(not).Should().BeSameAs(not);
    }

    [Test]
    public void A_node_of_another_shard_still_gives_its_labels_to_its_pods_and_its_name_to_its_address()
    {
        var node = new Verdict.Target([new("10.0.0.1:9100", [])], []) { Host = "10.0.0.1", LabelsForPods = [new("__meta_kubernetes_node_name", "worker-1")] };
        var (here, there) = (RenderedTargets.Of(new Shard(2, 3).Keep(node)), RenderedTargets.Of(new Shard(0, 3).Keep(node)));
        there.Should().BeEquivalentTo(new { Reason = Reason.OtherShard, Groups = Array.Empty<RenderedGroup>(), here.Host, here.LabelsForPods });
        here.LabelsForPods.Should().NotBeEmpty();
    }

    [Test]
    public void Of_two_pods_with_one_address_the_newer_one_has_it_in_its_shard_and_none_in_the_others()
    {
        for (var i = 0; i < 3; i++)
        {
            var content = Content(
                new(i, 3),
                (new("a", "old"), Pod("10.0.0.1:9100") with { Created = DateTimeOffset.UnixEpoch }),
                (new("a", "new"), Pod("10.0.0.1:9100") with { Created = DateTimeOffset.UnixEpoch.AddDays(1) }));
            content.Lines.Select(line => line.Object.Name).Should().Equal(i == 2 ? (string[])["new"] : []);
            content.Verdicts.Of(Reason.AddressTaken).Should().Be(i == 2 ? 1 : 0);
            content.Verdicts.Of(Reason.OtherShard).Should().Be(i == 2 ? 0 : 2);
        }
    }

    [Test]
    public void A_pod_of_another_shard_that_cannot_be_read_any_more_stays_where_it_was()
    {
        var there = RenderedTargets.Of(new Shard(0, 3).Keep(Pod("10.0.0.1:9100")));
        var unread = RenderedTargets.Of(new Verdict.NotTarget(Reason.ObjectUnreadable, "x")).OrAsBefore(there);
        unread.Reason.Should().Be(Reason.OtherShard);
        unread.Remarks.Select(remark => remark.Kind).Should().Equal(RemarkKind.ObjectUnreadable);
    }

    [Test]
    public void What_was_found_is_divided_anew_whichever_sharding_has_written_it()
    {
        using var folder = new TempFolder();
        (ObjectKey, Verdict.Target)[] pods = [.. Enumerable.Range(0, 20).Select(i => (new ObjectKey("shop", $"web-{i:00}"), Pod($"10.0.1.{i}:80", $"10.0.1.{i}:81")))];
        Shard?[] shardings = [null, new(0, 1), new(0, 2), new(1, 2), new(0, 3), new(1, 3), new(2, 3)];
        foreach (var before in shardings)
        {
            File.WriteAllBytes(folder["pods.json"], Content(before, pods).Bytes());
            foreach (var after in shardings)
            {
                var divided = FoundTargets.Content(FoundTargets.Divided(FoundTargets.Read(folder["pods.json"]), after));
                var both = Content(before, pods).Lines.Select(line => line.Address).ToHashSet();
                divided.Lines.Select(line => System.Text.Encoding.ASCII.GetString(line.Render())).Should().Equal(
                    Content(after, pods).Lines.Where(line => both.Contains(line.Address)).Select(line => System.Text.Encoding.ASCII.GetString(line.Render())),
                    "what {0} has written is read by {1}", before, after);
            }
        }
    }

    [Test]
    public void A_first_list_that_is_silent_is_doubted_for_the_targets_of_this_shard_alone()
    {
        using var folder = new TempFolder();
        (ObjectKey, Verdict.Target)[] pods = [.. Enumerable.Range(0, 40).Select(i => (new ObjectKey("shop", $"web-{i:00}"), Pod($"10.0.1.{i}:80")))];
        File.WriteAllBytes(folder["pods.json"], Content(null, pods).Bytes());
        var shard = new Shard(1, 3);
        var own = Content(shard, pods);
        own.Count.Should().BeInRange(5, 35);
        var after = FoundTargets.Divided(FoundTargets.Read(folder["pods.json"]), shard)
            .Aggregate(TargetSet.Unknown(DropGuard.Standard), (set, each) => set.Apply(new(ChangeKind.Found, each.Key, each.Value)))
            .Apply(Change<RenderedTargets>.ListBegan).Apply(Change<RenderedTargets>.ListEnded);
        after.Doubt.Held.Should().Be(own.Count);
        new FileContent([after]).Text().Should().Be(own.Text(), "what is held says the shard that has it now");
    }

    private static FileContent Content(Shard? shard, params (ObjectKey Key, Verdict.Target Target)[] pods) =>
        new([Contents.Listed(pods.Select(pod => (pod.Key, shard?.Keep(pod.Target) ?? pod.Target)))]);

    private static Verdict.Target Pod(params string[] addresses) => new(
        [.. addresses.Select((address, i) => new TargetGroup(address, [new("__meta_kubernetes_pod_name", $"p{i}"), new("__metrics_path__", "/\u00fc"), new("namespace", Web.Namespace), new("pod", "web")]))], []);

    private static TargetGroup Group(Random random)
    {
        var host = random.Next(3) switch
        {
            0 => $"10.{random.Next(256)}.{random.Next(256)}.{random.Next(256)}",
            1 => $"fd00:{random.Next(1 << 16):x}::{random.Next(1, 1 << 16):x}",
            _ => $"node-{random.Next(1_000)}.example.com",
        };
        string[] names = ["__meta_kubernetes_pod_name", "__meta_zone", "__metrics_path__", "container", "pod"];
        return new(
            HostAddress.Join(host, random.Next(1, 65536)),
            [.. names.Where(_ => random.Next(2) == 0).Select(name => KeyValuePair.Create(name, $"{random.Next(10)}"))]);
    }

    /// <summary>By the hexadecimal digits, and not as the daemon does it.</summary>
    private static BigInteger Hash(string address)
    {
#pragma warning disable CA5351 // It is the hash that Prometheus takes.
        var digits = Convert.ToHexString(MD5.HashData(Utf8Text.Bytes(address)));
#pragma warning restore CA5351
        return BigInteger.Parse($"0{digits[16..]}", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
