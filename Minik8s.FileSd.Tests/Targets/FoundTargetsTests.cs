using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>What is known of the file of an earlier run.</summary>
internal sealed class FoundTargetsTests
{
    private readonly TempFolder _folder = new();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Targets_are_found_by_the_names_of_their_pods_and_nodes_with_their_very_bytes()
    {
        var web = new TargetGroup("10.0.0.1:80", [new("namespace", "shop"), new("node", "worker-1"), new("pod", "web-0")]);
        var sidecar = web with { Address = "10.0.0.1:81" };
        var node = new TargetGroup("[fd00::1]:9100", [new("instance", "worker-1"), new("node", "worker-1")]);
        var found = Read(Text(node, web, sidecar));
        found.Keys.Should().BeEquivalentTo([new ObjectKey("", "worker-1"), new ObjectKey("shop", "web-0")]);
        found[new("", "worker-1")].Groups.Should().Equal(RenderedGroup.Of(node, false));
        found[new("", "worker-1")].Created.Should().BeNull();
        found[new("shop", "web-0")].Groups.Should().Equal(RenderedGroup.Of(web, false), RenderedGroup.Of(sidecar, false));
        found[new("shop", "web-0")].Created.Should().Be(DateTimeOffset.MinValue, "a pod with the same address that is listed is newer");
        found[new("shop", "web-0")].Groups[1].Address.Should().Be("10.0.0.1:81");
    }

    [Test]
    public void What_has_no_such_labels_is_known_by_its_address() =>
        Read(Text(new TargetGroup("10.0.0.1:80", []))).Keys.Should().Equal(new ObjectKey("", "10.0.0.1:80"));

    [TestCase(null, TestName = "Nothing_is_found_where_there_is_no_file")]
    [TestCase("", TestName = "Nothing_is_found_in_an_empty_file")]
    [TestCase("[]\n", TestName = "Nothing_is_found_in_an_empty_array")]
    [TestCase("null", TestName = "Nothing_is_found_in_null")]
    [TestCase("{}", TestName = "Nothing_is_found_in_an_object")]
    [TestCase("[null]", TestName = "Nothing_is_found_in_an_array_of_null")]
    [TestCase("[{}]", TestName = "Nothing_is_found_in_a_group_without_targets")]
    [TestCase("[{\"targets\":[],\"labels\":{}}]", TestName = "Nothing_is_found_in_a_group_of_no_target")]
    [TestCase("[{\"targets\":[\"a:1\"],\"labels\":{\"pod\":1}}]", TestName = "Nothing_is_found_in_a_group_with_a_number_for_a_label")]
    public void Nothing_is_found(string? text) => Read(text).Should().BeEmpty();

    [Test]
    public void What_Prometheus_would_not_take_is_not_found_and_the_rest_is() =>
        Read("""[{"targets":["a:1"],"labels":{"a-b":"c"}},{"targets":["b:1"],"labels":{}},{"targets":["c:1"],"labels":{},"more":1}]""")
            .Keys.Should().Equal(new ObjectKey("", "b:1"));

    [TestCase("[\n{\"targets\":[\"a:1\"],\"labels\":{}},\n{\"targets\":[\"b:1\"],\"la")]
    [TestCase("[{\"targets\":[\"a:1\"],\"labels\":{}}] x")]
    [TestCase("[{\"targets\":[\"a:1\"],\"labels\":{}}")]
    [TestCase("\uFEFF[{\"targets\":[\"a:1\"],\"labels\":{}}]")]
    public void Of_a_broken_file_what_stands_before_the_break_is_found_as_Prometheus_still_has_it(string text) =>
        Read(text).Keys.Should().Equal(new ObjectKey("", "a:1"));

    [Test]
    public void Nothing_is_read_of_what_has_no_end()
    {
        File.CreateSymbolicLink(_folder["pods.json"], "/dev/zero");
        FoundTargets.Read(_folder["pods.json"]).Should().BeEmpty();
    }

    [Test]
    public void Nothing_is_found_in_a_folder()
    {
        Directory.CreateDirectory(_folder["pods.json"]);
        FoundTargets.Read(_folder["pods.json"]).Should().BeEmpty();
    }

    private Dictionary<ObjectKey, RenderedTargets> Read(string? text)
    {
        if (text is not null)
            File.WriteAllText(_folder["pods.json"], text);
        return new(FoundTargets.Read(_folder["pods.json"]));
    }

    private static string Text(params TargetGroup[] groups) =>
        new FileContent([Contents.Listed(groups.Select((group, i) => (new ObjectKey("", $"{i}"), (Verdict)new Verdict.Target([group], []))))]).Text();
}
