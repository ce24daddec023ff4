using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;

namespace Minik8s.FileSd.Tests.Options;

internal sealed class SubcommandTests
{
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _errors = new();
    private FileSdOptions? _options;
    private UserCommand? _command;

    [TearDown]
    public void TearDown() => _errors.Dispose();

    [TestCase("explain", "pod", "shop/web-0", "--node.port=1")]
    [TestCase("--node.port", "1", "explain", "pod", "shop/web-0")]
    [TestCase("explain", "--node.port=1", "pod", "shop/web-0", "--output", "text")]
    public async Task All_settings_apply_to_a_command_before_and_behind_it(params string[] arguments)
    {
        (await Run(arguments)).Should().Be(0, _errors.ToString());
        _command.Should().Be(new UserCommand.Explain(new(SubjectKind.Pod, "shop/web-0"), AsJson: false, TimeSpan.FromSeconds(30)));
        _options!.NodePort.Should().Be(1);
    }

    [Test]
    public async Task An_empty_value_is_one_for_a_command_too()
    {
        (await Run("--pod.selector=", "explain", "node", "worker-1", "--output=json", "--timeout=5s")).Should().Be(0);
        _command.Should().Be(new UserCommand.Explain(new(SubjectKind.Node, "worker-1"), AsJson: true, TimeSpan.FromSeconds(5)));
        _options!.PodSelector.Text.Should().BeEmpty();
    }

    [Test]
    public async Task Diff_and_check_ask_for_nothing_more()
    {
        (await Run("diff", "--output", "json")).Should().Be(0);
        _command.Should().Be(new UserCommand.Diff(AsJson: true, TimeSpan.FromSeconds(30)));
        (await Run("check", "--timeout", "1m")).Should().Be(0);
        _command.Should().Be(new UserCommand.Check(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task A_shard_plan_is_of_the_shards_before_and_after()
    {
        (await Run("shard-plan", "--from", "1", "--to=4", "--output=json", "--shard=0/1")).Should().Be(0, _errors.ToString());
        _command.Should().Be(new UserCommand.ShardPlan(1, 4, AsJson: true, TimeSpan.FromSeconds(30)));
    }

    [TestCase("--from is missing: name the shards before and after, like shard-plan --from 3 --to 4", "--to=4")]
    [TestCase("--to is missing: name the shards before and after, like shard-plan --from 3 --to 4", "--from=4")]
    [TestCase("--from \"0\" is not a number of shards; write one from 1, for none, to 10000", "--from=0", "--to=4")]
    [TestCase("--to \"10001\" is not a number of shards; write one from 1, for none, to 10000", "--from=1", "--to=10001")]
    [TestCase("--to \"0/3\" is not a number of shards; write one from 1, for none, to 10000", "--from=1", "--to=0/3")]
    public async Task A_shard_plan_says_which_number_is_wrong(string words, params string[] arguments)
    {
        (await Run(["shard-plan", .. arguments])).Should().Be(2);
        _command.Should().BeNull();
        _errors.ToString().Should().StartWith($"minik8s-filesd: {words}\n");
    }

    [TestCase("soon", "is not a duration; write it like 30s")]
    [TestCase("0s", "must be more than 0; write it like 30s")]
    [TestCase("0", "must be more than 0; write it like 30s")]
    [TestCase("61m", "is longer than 1h; write it like 30s")]
    public async Task A_wrong_timeout_is_told_with_what_is_wrong_with_it(string value, string words)
    {
        (await Run("check", "--timeout", value)).Should().Be(2);
        _errors.ToString().Should().StartWith($"minik8s-filesd: --timeout \"{value}\" {words}\n");
    }

    [TestCase("'dif'; did you mean diff?", "dif")]
    [TestCase("'shard_plan'; did you mean shard-plan?", "shard_plan")]
    [TestCase("'--form=3'; did you mean --from?", "shard-plan", "--form=3", "--to=4")]
    [TestCase("'--shrad=0/3'; did you mean --shard?", "diff", "--shrad=0/3")]
    public async Task A_misspelt_command_or_flag_of_one_is_told_with_what_may_be_meant(string words, params string[] arguments)
    {
        (await Run(arguments)).Should().Be(2);
        _errors.ToString().Should().Contain(words);
    }

    [TestCase("explain")]
    [TestCase("explain", "pod")]
    [TestCase("explain", "pod", "a/b/c")]
    [TestCase("explain", "node", "a/b")]
    [TestCase("explain", "target", "10.0.0.1")]
    [TestCase("explain", "pod", "x", "--output=yaml")]
    [TestCase("check", "--output=json")]
    [TestCase("diff", "--timeout=soon")]
    [TestCase("diff", "--timeout=0s")]
    [TestCase("diff", "--node.port=0")]
    [TestCase("dif")]
    public async Task A_wrong_command_line_ends_with_2_and_says_so(params string[] arguments)
    {
        (await Run(arguments)).Should().Be(2);
        _command.Should().BeNull();
        _errors.ToString().Should().StartWith("minik8s-filesd: ").And.EndWith("minik8s-filesd: nothing was started; --help shows every setting\n");
    }

    [TestCase("diff", "--once")]
    [TestCase("--once", "check")]
    [TestCase("explain", "node", "worker-1", "--once=true")]
    public async Task A_command_takes_no_flag_of_the_daemon_alone(params string[] arguments)
    {
        (await Run(arguments)).Should().Be(2);
        _command.Should().BeNull();
        _errors.ToString().Should().Be(
            "minik8s-filesd: --once is for the daemon alone: a command writes no target files; leave it out\n"
            + "minik8s-filesd: nothing was started; --help shows every setting\n");
    }

    [Test]
    public async Task A_command_may_share_the_settings_of_a_daemon_that_writes_once()
    {
        _environment["MINIK8S_FILESD_ONCE"] = "true";
        (await Run("diff")).Should().Be(0, _errors.ToString());
        (await Run("diff", "--once=false")).Should().Be(0, _errors.ToString());
    }

    private Task<int> Run(params string[] arguments) => new CommandLine().RunAsync(
        arguments, _environment, _errors, (_, _) => throw new InvalidOperationException("the daemon was started"),
        (options, command, _) =>
        {
            (_options, _command) = (options, command);
            return Task.FromResult(0);
        });
}
