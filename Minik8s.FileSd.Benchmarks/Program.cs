using System.CommandLine;
using Minik8s.FileSd.Benchmarks.Load;
using Minik8s.FileSd.Benchmarks.Micro;
using Minik8s.FileSd.Benchmarks.Server;

var nodes = new Option<int>("--nodes");
var pods = new Option<int>("--pods");
var serve = new Command("serve", "The API server of the load benchmark") { nodes, pods };
serve.SetAction((parsed, _) => new BenchmarkServer(parsed.GetValue(nodes), parsed.GetValue(pods)).RunAsync());
serve.Hidden = true;

return await new RootCommand("Measures minik8s-filesd.") { LoadCommand.Create(), MicroCommand.Create(), serve }.Parse(args).InvokeAsync();
