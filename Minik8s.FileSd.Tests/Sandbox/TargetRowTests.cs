using Minik8s.Sandbox.Prometheus;
using Minik8s.Sandbox.Terminal;

namespace Minik8s.FileSd.Tests.Sandbox;

internal sealed class TargetRowTests
{
    private static readonly Dictionary<string, string> Worker = new() { ["instance"] = "worker-1", ["node"] = "worker-1" };

    [Test]
    public void A_target_of_the_file_alone_is_pending() => TargetRow.Merge([InFile("127.0.1.1:9100")], [])
        .Should().Equal(new TargetRow("nodes", "127.0.1.1:9100", "pending", "node=worker-1", ""));

    [Test]
    public void A_target_of_both_has_the_health_that_Prometheus_says() =>
        TargetRow.Merge([InFile("127.0.1.1:9100")], [Active("127.0.1.1:9100", "down", "refused")])
            .Should().Equal(new TargetRow("nodes", "127.0.1.1:9100", "down", "node=worker-1", "refused"));

    [Test]
    public void A_target_of_Prometheus_alone_is_leaving_and_its_error_is_none() =>
        TargetRow.Merge([], [Active("127.0.1.1:9100", "down", "refused")])
            .Should().Equal(new TargetRow("nodes", "127.0.1.1:9100", "leaving", "node=worker-1", ""));

    [Test]
    public void A_target_that_no_file_ever_named_does_not_leave() =>
        TargetRow.Merge([], [Active("127.0.1.1:9100", "up", "") with { FromFile = false }])
            .Should().ContainSingle().Which.State.Should().Be("up");

    [Test]
    public void Rows_are_in_the_order_a_person_counts() =>
        TargetRow.Merge([InFile("127.0.1.10:9100"), InFile("127.0.1.9:9100")], []).Select(row => row.Address)
            .Should().Equal("127.0.1.9:9100", "127.0.1.10:9100");

    [Test]
    public void The_plain_view_writes_a_line_for_a_change_and_none_without()
    {
        var output = new StringWriter();
        var view = new PlainView(output, new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        var row = new TargetRow("nodes", "127.0.1.1:9100", "up", "node=worker-1", "");

        view.Show([row]);
        view.Show([row]);
        view.Show([]);

        output.ToString().Should().Be("""
            00:00:00 up       nodes      127.0.1.1:9100        node=worker-1
            00:00:00 gone     nodes      127.0.1.1:9100        node=worker-1

            """);
    }

    [Test]
    public void Targets_that_share_an_address_are_lines_of_their_own()
    {
        var output = new StringWriter();
        var view = new PlainView(output, new Microsoft.Extensions.Time.Testing.FakeTimeProvider());
        var first = new TargetRow("nodes", "127.0.1.1:9100", "up", "node=worker-1", "");
        var second = first with { Labels = "node=worker-2" };

        view.Show([first, second, second]);
        view.Show([first]);

        output.ToString().Should().Be("""
            00:00:00 up       nodes      127.0.1.1:9100        node=worker-1
            00:00:00 up       nodes      127.0.1.1:9100        node=worker-2
            00:00:00 gone     nodes      127.0.1.1:9100        node=worker-2

            """);
    }

    [TestCase("[null]")]
    [TestCase("[{\"targets\":null}]")]
    [TestCase("[{\"targets\":[\"127.0.1.1:9100\"],\"labels\":[]}]")]
    [TestCase("[{\"targets\":[],\"targets\":[]}]")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("")]
    public void A_foreign_file_in_the_folder_holds_no_targets(string content)
    {
        using var folder = new Support.TempFolder();
        File.WriteAllText(folder["foreign.json"], content);
        File.WriteAllText(folder["nodes.json"], """[{"targets":["127.0.1.1:9100"],"labels":{"node":"worker-1"}}]""");
        FileTarget.ReadAll(folder.Path).Should().ContainSingle().Which.Job.Should().Be("nodes");
    }

    [TestCase("longer", 6, "long…")]
    [TestCase("longer", 7, "longer")]
    [TestCase("longer", 1, "…")]
    [TestCase("", 1, "")]
    public void A_line_is_cut_to_any_width(string line, int width, string cut) => LiveView.Cut(line, width).Should().Be(cut);

    private static FileTarget InFile(string address) => new("nodes", address, Worker);

    private static ActiveTarget Active(string address, string health, string error) =>
        new("nodes", address, health, error, Worker, FromFile: true);
}
