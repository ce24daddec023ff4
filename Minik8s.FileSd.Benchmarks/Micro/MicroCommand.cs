using System.CommandLine;

namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>The command <c>micro</c> and its flags.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var filter = new Option<string[]>("--filter") { Description = "Only benchmarks of such a name, as *Fold*; may be repeated", HelpName = "GLOB", DefaultValueFactory = _ => [MicroSettings.Everything] };
        var warmups = Flags.Number("--warmups", "Iterations that do not count, of each benchmark", 3);
        var iterations = Flags.Number("--iterations", "Iterations that count, of each benchmark", 6);
        var milliseconds = Flags.Number("--milliseconds", "How long an iteration lasts, or a single call where that is longer", 250);
        var dry = new Option<bool>("--dry") { Description = "Call each once, at its smallest size: says whether it works, not how long it takes" };
        var document = new Option<string>("--document") { Description = "Markdown file in which the table is replaced, such as docs/performance.md", HelpName = "FILE" };
        var more = new Argument<string[]>("ARGUMENT") { Description = "Of BenchmarkDotNet, after --", Arity = ArgumentArity.ZeroOrMore };
        var micro = new Command("micro", "Measures the steps of the daemon by BenchmarkDotNet, with what they allocate")
        {
            filter, warmups, iterations, milliseconds, dry, document, more,
        };
        micro.SetAction((parsed, stop) => MicroRun.RunAsync(
            () => new MicroSettings(
                parsed.GetValue(filter)!, parsed.GetValue(warmups), parsed.GetValue(iterations), parsed.GetValue(milliseconds), parsed.GetValue(dry),
                Flags.Behind(parsed, more)),
            parsed.GetValue(document),
            stop));
        return micro;
    }
}
