using System.CommandLine;
using BenchmarkDotNet.Running;
using Minik8s.FileSd.Benchmarks.Load;
using Minik8s.FileSd.Benchmarks.Server;

var nodes = new Option<int>("--nodes");
var pods = new Option<int>("--pods");
var serve = new Command("serve", "The API server of the load benchmark") { nodes, pods };
serve.SetAction((parsed, _) => new BenchmarkServer(parsed.GetValue(nodes), parsed.GetValue(pods)).RunAsync());
serve.Hidden = true;

var arguments = new Argument<string[]>("ARGUMENT") { Description = "Of BenchmarkDotNet, after --", Arity = ArgumentArity.ZeroOrMore };
var micro = new Command("micro", "Measures the steps of the daemon by BenchmarkDotNet, with what they allocate") { arguments };
micro.SetAction(parsed => BenchmarkSwitcher.FromAssembly(typeof(LoadRun).Assembly).Run(parsed.GetValue(arguments) ?? []));

return await new RootCommand("Measures minik8s-filesd.") { LoadCommand.Create(), micro, serve }.Parse(args).InvokeAsync();
