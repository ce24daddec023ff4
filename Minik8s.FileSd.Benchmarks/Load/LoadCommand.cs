using System.CommandLine;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>The command <c>load</c> and its flags.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var binary = new Option<string>("--daemon") { Description = "The daemon that is measured", HelpName = "FILE", DefaultValueFactory = _ => "artifacts/native/minik8s-filesd" };
        var cases = new Option<string[]>("--case") { Description = $"Only this case; may be repeated: {string.Join(", ", LoadCases.All.Select(each => each.Name))}", HelpName = "NAME" };
        var scale = Flags.Share("--scale", "How many objects, as a share of those in the table");
        var seconds = Flags.Number("--seconds", "How long each churn and the idle phase last", 60);
        var changes = Flags.Number("--changes", "How many single changes are timed", 100);
        var rounds = Flags.Number("--rounds", "How often starts are repeated; the median counts", 5);
        var json = new Option<string>("--json") { Description = "File for the figures; - for standard output, without the table", HelpName = "FILE" };
        var document = new Option<string>("--document") { Description = "Markdown file in which the table is replaced, such as docs/performance.md", HelpName = "FILE" };
        var more = new Argument<string[]>("FLAG") { Description = "Flags that the daemon is given besides, after --", Arity = ArgumentArity.ZeroOrMore };
        var load = new Command("load", "Measures the daemon as a process: start, memory, latency, CPU, and a real Prometheus beside it")
        {
            binary, cases, scale, seconds, changes, rounds, json, document, more,
        };
        load.SetAction(async (parsed, stop) =>
        {
            try
            {
                var flags = Flags.Behind(parsed, more);
                if (await DaemonFlags.ReadAsync(flags) is not { } options)
                    return 2;
                var settings = new LoadSettings(
                    Path.GetFullPath(parsed.GetValue(binary)!), parsed.GetValue(cases) ?? [], parsed.GetValue(scale), parsed.GetValue(seconds),
                    parsed.GetValue(changes), parsed.GetValue(rounds), flags, options, stop);
                return await LoadRun.RunAsync(settings, parsed.GetValue(json), parsed.GetValue(document));
            }
            catch (ArgumentException wrong)
            {
                await Console.Error.WriteLineAsync(wrong.Message);
                return 2;
            }
        });
        return load;
    }
}
