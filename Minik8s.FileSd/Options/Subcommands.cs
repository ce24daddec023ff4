using System.CommandLine;
using System.Globalization;
using Minik8s.FileSd.Commands;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Options;

/// <summary>The commands <c>explain</c>, <c>diff</c>, <c>shard-plan</c> and <c>check</c>. All settings apply to them as to the daemon itself.</summary>
internal sealed class Subcommands
{
    private const string DefaultTimeout = "30s";

    /// <summary>As for all settings.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Option<string> _output = new("--output")
    {
        Description = "How it is printed: text or json [default: text]",
        HelpName = "FORMAT",
        Recursive = true,
    };

    private readonly Option<string> _timeout = new("--timeout")
    {
        Description = $"How long it may take altogether [default: {DefaultTimeout}]",
        HelpName = "DURATION",
        Recursive = true,
    };

    private readonly Option<string> _from = new("--from") { Description = "How many shards there are; 1 when there are none. Needed", HelpName = "NUMBER" };

    private readonly Option<string> _to = new("--to") { Description = "How many there are to be; 1 for none. Needed", HelpName = "NUMBER" };

    /// <summary>To be added to the root command.</summary>
    /// <param name="on">Called with each command and how its command line is read; a <see cref="FormatException"/> says what is wrong with it.</param>
    public IEnumerable<Command> Create(Action<Command, Func<ParseResult, UserCommand>> on)
    {
        var explain = new Command("explain", "Says why a pod, node or address is a target, or why not; exit code 0, 1, or 2 for an error")
        {
            Kind("pod", "A pod of the cluster, whether it is selected or not", "NAMESPACE/NAME"),
            Kind("node", "A node of the cluster", "NAME"),
            Kind("target", "An address with its port", "ADDRESS"),
        };
        explain.Options.Add(_output);
        explain.Options.Add(_timeout);
        yield return explain;

        var diff = new Command("diff", "Says what would change against the target files on disk, and writes nothing; exit code 0 for nothing, 1 for something, 2 for an error");
        diff.Options.Add(_output);
        diff.Options.Add(_timeout);
        on(diff, parsed => new UserCommand.Diff(AsJson(parsed), Timeout(parsed)));
        yield return diff;

        var plan = new Command("shard-plan", "Says which targets another number of shards moves, --from so many --to so many, by the whole cluster whatever --shard says; exit code 0, or 2 for an error");
        plan.Options.Add(_from);
        plan.Options.Add(_to);
        plan.Options.Add(_output);
        plan.Options.Add(_timeout);
        on(plan, parsed => new UserCommand.ShardPlan(Shards(parsed, _from), Shards(parsed, _to), AsJson(parsed), Timeout(parsed)));
        yield return plan;

        var check = new Command("check", "Checks API server, rights, folder, endpoint and Prometheus; exit code 0 when all is well, 1 when not");
        check.Options.Add(_timeout);
        on(check, parsed => new UserCommand.Check(Timeout(parsed)));
        yield return check;

        Command Kind(string kind, string description, string placeholder)
        {
            var name = new Argument<string>(placeholder);
            var command = new Command(kind, description) { name };
            on(command, parsed => new UserCommand.Explain(Named(kind, parsed.GetValue(name)!), AsJson(parsed), Timeout(parsed)));
            return command;
        }
    }

    private static Subject Named(string kind, string name)
    {
        try
        {
            return Subject.Parse(kind, name);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{kind} \"{Printable.Of(name)}\": {wrong.Message}");
        }
    }

    private bool AsJson(ParseResult parsed) => parsed.GetValue(_output) switch
    {
        null or "text" => false,
        "json" => true,
        var other => throw new FormatException($"--output \"{Printable.Of(other)}\" must be one of text, json"),
    };

    private static int Shards(ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        null => throw new FormatException($"{option.Name} is missing: name the shards before and after, like shard-plan --from 3 --to 4"),
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Shard.Most => count,
        var text => throw new FormatException($"{option.Name} \"{Printable.Of(text)}\" is not a number of shards; write one from 1, for none, to {Shard.Most}"),
    };

    private TimeSpan Timeout(ParseResult parsed)
    {
        var text = parsed.GetValue(_timeout) ?? DefaultTimeout;
        if (!PrometheusDuration.TryParse(text, out var timeout))
            throw new FormatException($"--timeout \"{Printable.Of(text)}\" is not a duration; write it like {DefaultTimeout}");
        if (timeout <= TimeSpan.Zero)
            throw new FormatException($"--timeout \"{Printable.Of(text)}\" must be more than 0; write it like {DefaultTimeout}");
        return timeout <= Longest
            ? timeout
            : throw new FormatException($"--timeout \"{Printable.Of(text)}\" is longer than {Longest.TotalHours}h; write it like {DefaultTimeout}");
    }
}
