using System.CommandLine;
using Minik8s.FileSd.Benchmarks;
using Minik8s.FileSd.Benchmarks.Load;
using Minik8s.FileSd.Benchmarks.Micro;
using Minik8s.FileSd.Benchmarks.Server;

var nodes = new Option<int>("--nodes");
var pods = new Option<int>("--pods");
var serve = new Command("serve", "The API server of the load benchmark") { nodes, pods };
serve.SetAction((parsed, _) => new BenchmarkServer(parsed.GetValue(nodes), parsed.GetValue(pods)).RunAsync());
serve.Hidden = true;

var parsed = new RootCommand("Measures minik8s-filesd.") { LoadCommand.Create(), MicroCommand.Create(), serve }.Parse(args);
if (parsed.Errors.Count == 0)
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Ending.Limit });
foreach (var error in parsed.Errors)
    await Console.Error.WriteLineAsync(error.Message);
await Console.Error.WriteLineAsync("nothing was measured; --help shows every flag");
return 2;
