using System.Net.Sockets;
using System.Runtime.InteropServices;
using Minik8s.ApiServer;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

var stop = new TaskCompletionSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
try
{
    await using var server = await ApiServerHost.StartAsync(CommandLine.Parse(args, Console.Error));
    Console.WriteLine($"Listening on {server.Uri}");
    if (server.ClassicUri is { } classic)
    {
        Console.WriteLine($"Listening on {classic} as the original Minik8s");
    }

    await stop.Task;
    await server.StopAsync();
    return 0;
}
catch (Exception wrong) when (wrong is FormatException or IOException or SocketException)
{
    await Console.Error.WriteLineAsync($"Minik8s.ApiServer: {wrong.Message}");
    return 2;
}
