using System.Text.Json;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Tests.Support;

namespace Minik8s.FileSd.Tests.Targets;

internal sealed class TargetFileTests
{
    private const UnixFileMode Mode0644 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TempFolder _folder = new();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void It_is_plain_JSON_that_everybody_can_read()
    {
        var published = File().Publish(Targets(1));
        published.Should().Be(new Publication(true, 1, new FileInfo(_folder["pods.json"]).Length));
        System.IO.File.GetUnixFileMode(_folder["pods.json"]).Should().Be(Mode0644);
        System.IO.File.ReadAllBytes(_folder["pods.json"])[0].Should().Be((byte)'[', "a byte-order mark is rejected by Prometheus");
    }

    [Test]
    public void Nothing_but_the_file_and_an_empty_staging_folder_is_left()
    {
        File().Publish(Targets(1));
        Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories)
            .Should().BeEquivalentTo(_folder["pods.json"], _folder[".staging"]);
    }

    [Test]
    public void What_it_says_already_is_not_written_again()
    {
        var file = File();
        file.Publish(Targets(1));
        var before = Stamp();
        file.Publish(Targets(1)).Written.Should().BeFalse();
        Stamp().Should().Be(before);
    }

    [Test]
    public void What_it_said_before_a_restart_is_not_written_again()
    {
        File().Publish(Targets(1));
        var before = Stamp();
        File().Publish(Targets(1)).Should().Be(new Publication(false, 1, new FileInfo(_folder["pods.json"]).Length));
        Stamp().Should().Be(before);
    }

    [TestCase("[]\n")]
    [TestCase("")]
    [TestCase("[\n{\"targets\":[\"10.0.0.1:1\"],\"labels\":{}}\n]\n\n")]
    public void Anything_else_found_at_the_start_is_replaced(string found)
    {
        System.IO.File.WriteAllText(_folder["pods.json"], found);
        File().Publish(Targets(1)).Written.Should().BeTrue();
    }

    [Test]
    public void A_mode_that_others_cannot_read_is_put_right_at_the_start()
    {
        File().Publish(Targets(1));
        System.IO.File.SetUnixFileMode(_folder["pods.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File().Publish(Targets(1)).Written.Should().BeTrue();
        System.IO.File.GetUnixFileMode(_folder["pods.json"]).Should().Be(Mode0644);
    }

    [Test]
    public void A_publish_that_fails_leaves_the_old_file_and_the_next_one_succeeds()
    {
        var file = File();
        file.Publish(Targets(1));
        var before = Stamp();

        // A file where the staging folder should be: no write can succeed, whoever runs the test.
        Directory.Delete(_folder[".staging"]);
        System.IO.File.WriteAllText(_folder[".staging"], "");
        file.Invoking(f => f.Publish(Targets(2))).Should().Throw<IOException>();
        Stamp().Should().Be(before);

        System.IO.File.Delete(_folder[".staging"]);
        file.Publish(Targets(2)).Written.Should().BeTrue();
        System.IO.File.ReadAllText(_folder["pods.json"]).Should().Contain("10.0.0.2:1");
    }

    [Test]
    public void A_rename_that_fails_leaves_no_staged_file()
    {
        Directory.CreateDirectory(_folder["pods.json"]);
        File().Invoking(f => f.Publish(Targets(1))).Should().Throw<IOException>().WithMessage("*cannot rename*");
        Directory.GetFiles(_folder[".staging"]).Should().BeEmpty();
    }

    [Test]
    public void A_folder_that_has_vanished_is_not_made_again()
    {
        var inner = _folder["inner"];
        TargetFile.CreateFolder(inner);
        var file = new TargetFile(inner, "pods.json");
        file.Publish(Targets(1));
        Directory.Delete(inner, recursive: true);
        file.Invoking(f => f.Publish(Targets(2))).Should().Throw<DirectoryNotFoundException>();
        Directory.Exists(inner).Should().BeFalse();

        TargetFile.CreateFolder(inner);
        file.Publish(Targets(2)).Written.Should().BeTrue();
    }

    [Test]
    public void What_a_killed_daemon_left_is_removed_at_the_start_and_what_another_is_writing_is_not()
    {
        Directory.CreateDirectory(_folder[".staging"]);
        System.IO.File.WriteAllText(_folder[".staging/pods.json.dead"], "[{");
        using var writing = new FileStream(_folder[".staging/pods.json.alive"], FileMode.CreateNew, FileAccess.Write, FileShare.None);
        File().Publish(Targets(1));
        Directory.GetFiles(_folder[".staging"]).Should().Equal(_folder[".staging/pods.json.alive"]);
    }

    private static IEnumerable<TestCaseData> Damages()
    {
        yield return Case("deleted", path => System.IO.File.Delete(path), "it is gone");
        yield return Case("emptied", path => System.IO.File.WriteAllText(path, ""), "it is empty");
        yield return Case("edited", path => System.IO.File.AppendAllText(path, "\n"), "it says something else");
        yield return Case("replaced", path => System.IO.File.Move(Other(path), path, overwrite: true), "it says something else");
        yield return Case("hidden", path => System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite), "its mode is 0600");

        static TestCaseData Case(string name, Action<string> damage, string words) =>
            new TestCaseData(damage, words).SetArgDisplayNames(name);

        static string Other(string path)
        {
            System.IO.File.WriteAllText($"{path}.new", "[]\n");
            System.IO.File.SetUnixFileMode($"{path}.new", Mode0644);
            return $"{path}.new";
        }
    }

    [TestCaseSource(nameof(Damages))]
    public void Damage_is_seen_and_mended_by_the_next_publish(Action<string> damage, string words)
    {
        var file = File();
        file.Publish(Targets(1));
        file.Look().Should().Be(default(FileLook));
        var before = System.IO.File.ReadAllText(_folder["pods.json"]);
        damage(_folder["pods.json"]);
        if (words == "it says something else")
            file.Look().Should().Be(default(FileLook), "it might be the word of another daemon, which was faster");
        file.Look().Should().Be(new FileLook(words, false));
        file.Publish(Targets(1)).Written.Should().BeTrue();
        System.IO.File.ReadAllText(_folder["pods.json"]).Should().Be(before);
        System.IO.File.GetUnixFileMode(_folder["pods.json"]).Should().Be(Mode0644);
        file.Look().Should().Be(default(FileLook));
    }

    [Test]
    public void Damage_to_what_was_found_at_the_start_is_seen_as_well()
    {
        File().Publish(Targets(1));
        var file = File();
        file.Publish(Targets(1)).Written.Should().BeFalse();
        file.Look().Should().Be(default(FileLook));
        System.IO.File.Delete(_folder["pods.json"]);
        file.Look().Damage.Should().NotBeNull();
    }

    [Test]
    public void Damage_is_seen_at_each_look_until_it_is_mended_by_whomever()
    {
        var file = File();
        file.Publish(Targets(1));
        var text = System.IO.File.ReadAllText(_folder["pods.json"]);
        System.IO.File.WriteAllText(_folder["pods.json"], "");
        file.Look().Damage.Should().Be("it is empty");
        file.Look().Damage.Should().Be("it is empty");
        System.IO.File.WriteAllText(_folder["pods.json"], text);
        file.Look().Damage.Should().BeNull();
        file.Publish(Targets(1)).Written.Should().BeFalse();
    }

    [Test]
    public void What_says_something_else_at_two_looks_is_damage_though_it_was_written_anew_between_them()
    {
        var file = File();
        file.Publish(Targets(1));
        System.IO.File.WriteAllText(_folder["pods.json"], "[1]");
        file.Look().Damage.Should().BeNull();
        System.IO.File.WriteAllText(_folder["pods.json"], "[2]");
        file.Look().Damage.Should().Be("it says something else");
    }

    [Test]
    public void An_edit_that_leaves_size_and_time_as_they_were_is_seen()
    {
        var file = File();
        file.Publish(Targets(1));
        var (path, time) = (_folder["pods.json"], System.IO.File.GetLastWriteTimeUtc(_folder["pods.json"]));
        System.IO.File.WriteAllText(path, System.IO.File.ReadAllText(path).Replace("10.0.0.1", "10.0.0.2", StringComparison.Ordinal));
        System.IO.File.SetLastWriteTimeUtc(path, time);
        file.Look();
        file.Look().Damage.Should().Be("it says something else");
    }

    [TestCase("mkfifo", "pods.json")]
    [TestCase("ln -s /dev/zero", "pods.json")]
    [TestCase("mkfifo", ".staging/pods.json.left")]
    public void What_would_be_read_without_an_end_is_replaced_and_not_read(string make, string name)
    {
        File().Publish(Targets(1));
        var file = File();
        System.IO.File.Delete(_folder[name]);
        using (var made = System.Diagnostics.Process.Start("bash", ["-c", $"{make} {_folder[name]}"]))
            made.WaitForExit();
        FoundTargets.Read(_folder["pods.json"]).Count.Should().Be(name == "pods.json" ? 0 : 1);
        file.Publish(Targets(1)).Written.Should().Be(name == "pods.json");
        System.IO.File.ReadAllText(_folder["pods.json"]).Should().Contain("10.0.0.1:1");
        Directory.GetFiles(_folder[".staging"]).Should().BeEmpty();
    }

    [Test]
    public void A_new_time_alone_is_no_damage()
    {
        var file = File();
        file.Publish(Targets(1));
        System.IO.File.SetLastWriteTimeUtc(_folder["pods.json"], DateTime.UnixEpoch);
        file.Look().Should().Be(default(FileLook));
        file.Publish(Targets(1)).Written.Should().BeFalse();
    }

    [Test]
    public void Another_daemon_that_writes_the_same_is_seen_and_is_no_damage()
    {
        var (file, other) = (File(), File());
        file.Publish(Targets(1));
        other.Publish(Targets(2));
        file.Look().Should().Be(default(FileLook), "it may have heard earlier what is going to be heard here");
        other.Publish(Targets(1));
        file.Look().Should().Be(new FileLook(null, true));
        file.Look().Should().Be(default(FileLook));
        other.Look().Should().Be(default(FileLook));
        file.Publish(Targets(1)).Written.Should().BeFalse();
    }

    [Test]
    public void What_a_failed_write_could_not_take_away_the_next_one_does()
    {
        var file = File();
        Directory.CreateDirectory(_folder["pods.json"]);
        file.Invoking(f => f.Publish(Targets(2))).Should().Throw<IOException>();
        System.IO.File.WriteAllText(_folder[".staging/pods.json.left"], "[");
        Directory.Delete(_folder["pods.json"]);
        file.Publish(Targets(2));
        Directory.GetFiles(_folder[".staging"]).Should().BeEmpty();
    }

    [Test]
    public async Task A_reader_in_a_tight_loop_never_sees_anything_but_a_whole_readable_file()
    {
        const int writes = 10_000;
        var file = File();
        file.Publish(Targets(0));
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var seen = new HashSet<int>();
            while (!stop.IsCancellationRequested)
            {
                using var open = System.IO.File.OpenHandle(_folder["pods.json"]);
                System.IO.File.GetUnixFileMode(open).Should().Be(Mode0644);
                var bytes = new byte[RandomAccess.GetLength(open)];
                RandomAccess.Read(open, bytes, 0).Should().Be(bytes.Length);
                seen.Add(JsonDocument.Parse(bytes).RootElement.GetArrayLength());
            }

            return seen;
        });
        for (var i = 1; i <= writes && !reader.IsCompleted; i++)
            file.Publish(Targets(i % 40));
        await stop.CancelAsync();
        (await reader).Should().HaveCountGreaterThan(10, "it looked while files of many sizes came and went");
    }

    private TargetFile File() => new(_folder.Path, "pods.json");

    private (long, DateTime, string) Stamp()
    {
        var info = new FileInfo(_folder["pods.json"]);
        return (info.Length, info.LastWriteTimeUtc, System.IO.File.ReadAllText(info.FullName));
    }

    private static FileContent Targets(int count) => new([Contents.Listed(Enumerable.Range(1, count).Select(i => (
        new ObjectKey("ns", $"p{i}"),
        (Verdict)new Verdict.Target([new TargetGroup($"10.0.0.{i}:1", [])], []))))]);
}
