using System.CommandLine;
using Minik8s.FileSd.Options;
using DaemonCommandLine = Minik8s.FileSd.Options.CommandLine;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>The command <c>load</c> and its flags.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var binary = new Option<string>("--daemon") { Description = "The daemon that is measured", HelpName = "FILE", DefaultValueFactory = _ => "artifacts/native/minik8s-filesd" };
        var cases = new Option<string[]>("--case") { Description = $"Only this case; may be repeated: {string.Join(", ", LoadCases.All.Select(each => each.Name))}", HelpName = "NAME" };
        var scale = new Option<double>("--scale") { Description = "How many objects, as a share of those in the table", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
        var seconds = Number("--seconds", "How long each churn and the idle phase last", 60);
        var changes = Number("--changes", "How many single changes are timed", 100);
        var rounds = Number("--rounds", "How often starts are repeated; the median counts", 5);
        var json = new Option<string>("--json") { Description = "File for the figures; - for standard output, without the table", HelpName = "FILE" };
        var document = new Option<string>("--document") { Description = "Markdown file in which the table is replaced, such as docs/performance.md", HelpName = "FILE" };
        var more = new Argument<string[]>("FLAG") { Description = "Flags that the daemon is given besides, after --", Arity = ArgumentArity.ZeroOrMore };
        var load = new Command("load", "Measures the daemon as a process: start, memory, latency, CPU, and a real Prometheus beside it")
        {
            binary, cases, scale, seconds, changes, rounds, json, document, more,
        };
        load.SetAction(async (parsed, _) =>
        {
            var flags = parsed.GetValue(more) ?? [];
            return await OptionsAsync(flags) is { } options
                ? await LoadRun.RunAsync(
                    new LoadSettings(
                        Path.GetFullPath(parsed.GetValue(binary)!), parsed.GetValue(cases) ?? [], parsed.GetValue(scale), parsed.GetValue(seconds),
                        parsed.GetValue(changes), parsed.GetValue(rounds), flags, options),
                    parsed.GetValue(json), parsed.GetValue(document))
                : 2;
        });
        return load;
    }

    /// <summary>A number that is 1 or more.</summary>
    public static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => value };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
                given.AddError($"{name} is 1 or more");
        });
        return option;
    }

    /// <summary>What the daemon makes of flags and of the environment; null when it says what is wrong with them.</summary>
    private static async Task<FileSdOptions?> OptionsAsync(string[] flags)
    {
        FileSdOptions? read = null;
        await new DaemonCommandLine().RunAsync(flags, Environment.GetEnvironmentVariables(), Console.Error, (options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        });
        return read;
    }
}
