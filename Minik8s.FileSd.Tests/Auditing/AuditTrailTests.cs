using System.Text;
using Microsoft.Extensions.Time.Testing;
using Minik8s.FileSd.Auditing;
using Minik8s.FileSd.Telemetry;
using Minik8s.FileSd.Tests.ApiServer;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Auditing;

/// <summary>How lines come into the audit trail's file, and what happens when they cannot.</summary>
internal sealed class AuditTrailTests
{
    private readonly TempFolder _folder = new();
    private readonly DaemonMetrics _metrics = new("test");
    private readonly RecordedLog _log = new();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private string File => _folder["audit.jsonl"];

    [Test]
    public void The_file_is_made_with_mode_0640_and_one_that_is_there_keeps_its_own()
    {
        Append("a");
        System.IO.File.GetUnixFileMode(File).Should().Be(AuditFile.Mode);
        System.IO.File.SetUnixFileMode(File, AuditFile.Mode | UnixFileMode.OtherRead);
        Append("b");
        System.IO.File.GetUnixFileMode(File).Should().Be(AuditFile.Mode | UnixFileMode.OtherRead);
        Text(File).Should().Be("a\nb\n");
    }

    [Test]
    public void A_file_that_would_grow_beyond_its_limit_becomes_the_older_one_and_that_before_it_is_gone()
    {
        foreach (var line in (string[])["1234", "5678", "9", "abcd", "efgh", "ij"])
            Append(line, longest: 10);
        Text(File).Should().Be("efgh\nij\n");
        Text($"{File}.1").Should().Be("9\nabcd\n");
        Directory.GetFiles(_folder.Path).Should().HaveCount(2);
    }

    [Test]
    public void A_line_that_is_longer_than_the_limit_has_a_file_of_its_own()
    {
        foreach (var line in (string[])["1", "a line that is longer", "2"])
            Append(line, longest: 10);
        Text($"{File}.1").Should().Be("a line that is longer\n");
        Text(File).Should().Be("2\n");
    }

    [Test]
    public void Behind_a_piece_of_a_line_a_whole_one_begins()
    {
        System.IO.File.WriteAllText(File, "{\"time\":");
        Append("{}");
        Text(File).Should().Be("{\"time\":\n{}\n");
    }

    [Test]
    public void A_file_that_was_moved_away_is_begun_anew()
    {
        Append("a");
        System.IO.File.Move(File, _folder["moved"]);
        Append("b");
        Text(File).Should().Be("b\n");
    }

    [Test]
    public void Lines_of_several_writers_are_not_mixed()
    {
        var line = new string('x', 1000);
        var file = new AuditFile(File, 1 << 20);
        file.Append(Bytes($"0{line}"));
        Parallel.For(0, 8, i =>
        {
            for (var j = 0; j < 50; j++)
                file.Append(Bytes($"{i}{line}"));
        });
        System.IO.File.ReadAllLines(File).Should().HaveCount(401).And.OnlyContain(each => each.Length == 1001);
    }

    [Test]
    public async Task A_folder_that_is_missing_costs_lines_and_is_told_once_and_what_comes_after_it_is_there_is_written()
    {
        var path = Path.Combine(_folder["later"], "audit.jsonl");
        var trail = Trail(new AuditFile(path, 1 << 20).Append);
        trail.Write(Bytes("a"));
        trail.Write(Bytes("b"));
        await Eventually.Holds(async () => (await Scrape())["audit_lines_lost_total"] == 2, "both lines are lost");
        Directory.CreateDirectory(_folder["later"]);
        trail.Write(Bytes("c"));
        await trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        Text(path).Should().Be("c\n");
        _log.Events.Should().Equal(600, 602);
        var scrape = await Scrape();
        scrape["audit_lines_total"].Should().Be(1);
        scrape["audit_write_failures_total"].Should().Be(2);
    }

    [Test]
    public async Task What_is_no_file_is_not_written_to()
    {
        (await Executable.RunAsync("mkfifo", [File])).Code.Should().Be(0);
        var trail = Trail(new AuditFile(File, 1 << 20).Append);
        trail.Write(Bytes("a"));
        await trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        _log.Events.Should().Equal(600);
    }

    [Test]
    public async Task A_disk_that_does_not_keep_up_costs_lines_and_no_time()
    {
        using var hung = new ManualResetEventSlim();
        var trail = Trail(_ => hung.Wait());
        var line = new byte[AuditTrail.MostWaiting / 4];
        for (var i = 0; i < 6; i++)
            trail.Write(line);
        (await Scrape())["audit_lines_lost_total"].Should().Be(2);
        _log.Events.Should().Equal(601);
        hung.Set();
        await trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        _log.Events.Should().Equal(601, 602);
        (await Scrape())["audit_lines_total"].Should().Be(4);
    }

    [Test]
    public async Task A_line_that_is_longer_than_all_that_may_wait_is_taken_alone()
    {
        var trail = Trail(new AuditFile(File, 1 << 20).Append);
        trail.Write(new byte[AuditTrail.MostWaiting + 1]);
        await trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        new FileInfo(File).Length.Should().Be(AuditTrail.MostWaiting + 1);
    }

    [Test]
    public async Task An_end_waits_for_what_is_written_but_not_for_what_hangs()
    {
        using var hung = new ManualResetEventSlim();
        var trail = Trail(_ => hung.Wait());
        trail.Write(Bytes("a"));
        var time = new FakeTimeProvider();
        var end = trail.EndAsync(Task.CompletedTask, time);
        end.IsCompleted.Should().BeFalse();
        time.Advance(AuditTrail.LongestEnd);
        await end;
        _log.Events.Should().Equal(603);
        hung.Set();
    }

    [Test]
    public async Task An_end_does_not_wait_for_lines_that_are_not_told_in_time()
    {
        var trail = Trail(_ => { });
        var time = new FakeTimeProvider();
        var end = trail.EndAsync(new TaskCompletionSource().Task, time);
        end.IsCompleted.Should().BeFalse();
        time.Advance(AuditTrail.LongestEnd);
        await end;
        _log.Events.Should().Equal(603);
    }

    [Test]
    public async Task Writes_that_come_faster_than_they_can_be_compared_are_counted_as_lost_and_told_once()
    {
        var trail = Trail(_ => { });
        trail.Behind("8 writes");
        trail.Behind("8 writes");
        (await Scrape())["audit_lines_lost_total"].Should().Be(2);
        trail.Write(Bytes("a"));
        await trail.EndAsync(Task.CompletedTask, TimeProvider.System);
        _log.Events.Should().Equal(601, 602);
    }

    private AuditTrail Trail(Action<byte[]> append) => new(File, append, _log, _metrics.Audit);

    private void Append(string line, long longest = 1 << 20) => new AuditFile(File, longest).Append(Bytes(line));

    private static byte[] Bytes(string line) => Encoding.ASCII.GetBytes($"{line}\n");

    private static string Text(string path) => System.IO.File.ReadAllText(path);

    private Task<Scrape> Scrape() => Support.Scrape.OfAsync(_metrics);
}
