using System.CommandLine;
using BenchmarkDotNet.Running;
using Minik8s.FileSd.Benchmarks.Load;
using Minik8s.FileSd.Benchmarks.Server;

var binary = new Option<string>("--daemon") { Description = "The daemon that is measured", HelpName = "FILE", DefaultValueFactory = _ => "artifacts/native/minik8s-filesd" };
var cases = new Option<string[]>("--case") { Description = "Only this case; may be repeated", HelpName = "NAME" };
var scale = new Option<double>("--scale") { Description = "How many objects, as a share of those in the table", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
var seconds = new Option<int>("--seconds") { Description = "How long each churn and the idle phase last", HelpName = "NUMBER", DefaultValueFactory = _ => 60 };
var changes = new Option<int>("--changes") { Description = "How many single changes are timed", HelpName = "NUMBER", DefaultValueFactory = _ => 100 };
var rounds = new Option<int>("--rounds") { Description = "How often starts are repeated; the median counts", HelpName = "NUMBER", DefaultValueFactory = _ => 5 };
var json = new Option<string>("--json") { Description = "File for the figures; - for standard output, without the table", HelpName = "FILE" };
var document = new Option<string>("--document") { Description = "Markdown file in which the table is replaced, such as docs/performance.md", HelpName = "FILE" };
var more = new Argument<string[]>("FLAG") { Description = "Flags that the daemon is given besides, after --", Arity = ArgumentArity.ZeroOrMore };
var load = new Command("load", "Measures the daemon as a process: start, memory, latency, CPU, and a real Prometheus beside it") { binary, cases, scale, seconds, changes, rounds, json, document, more };
load.SetAction((parsed, stop) => LoadRun.RunAsync(
    new LoadSettings(
        Path.GetFullPath(parsed.GetValue(binary)!), parsed.GetValue(cases) ?? [], parsed.GetValue(scale), parsed.GetValue(seconds),
        parsed.GetValue(changes), parsed.GetValue(rounds), parsed.GetValue(more) ?? []),
    parsed.GetValue(json), parsed.GetValue(document)));

var nodes = new Option<int>("--nodes");
var pods = new Option<int>("--pods");
var serve = new Command("serve", "The API server of the load benchmark") { nodes, pods };
serve.SetAction((parsed, _) => new BenchmarkServer(parsed.GetValue(nodes), parsed.GetValue(pods)).RunAsync());
serve.Hidden = true;

var arguments = new Argument<string[]>("ARGUMENT") { Description = "Of BenchmarkDotNet, after --", Arity = ArgumentArity.ZeroOrMore };
var micro = new Command("micro", "Measures the steps of the daemon by BenchmarkDotNet, with what they allocate") { arguments };
micro.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(LoadRun).Assembly).Run(parsed.GetValue(arguments) ?? []));

return await new RootCommand("Measures minik8s-filesd.") { load, micro, serve }.Parse(args).InvokeAsync();
