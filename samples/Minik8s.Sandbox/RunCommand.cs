using Minik8s.Sandbox.Terminal;
using Spectre.Console;

namespace Minik8s.Sandbox;

/// <summary>Brings the cluster up, shows it, and ends it when asked to.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(SandboxOptions options, string flags)
    {
        using var stop = new StopSignals();
        try
        {
            Messages.Print("Starting the API server, two nodes, a pod, minik8s-filesd and Prometheus ...");
            var messages = new Messages();
            await using (var cluster = await SandboxCluster.StartAsync(options, TimeProvider.System, messages.Tell, stop.Token))
            {
                Messages.Print(Greeting.For(cluster, flags));
                await ShowOrWaitAsync(cluster, messages, stop.Token);
                Messages.Print("Ending everything ...");
            }

            return 0;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
    }

    /// <summary>Ends only when cancelled: without a terminal to show anything on, the cluster still runs.</summary>
    private static async Task ShowOrWaitAsync(SandboxCluster cluster, Messages messages, CancellationToken cancellationToken)
    {
        try
        {
            await ShowAsync(cluster, messages, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            messages.SendTo(null);
            Messages.Print($"The targets are not shown any more: {fault.Message}");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ShowAsync(SandboxCluster cluster, Messages messages, CancellationToken cancellationToken)
    {
        if (Console.IsOutputRedirected)
        {
            var view = new PlainView(Console.Out, TimeProvider.System);
            messages.SendTo(view);
            await TargetWatch.RunAsync(
                cluster.Prometheus, cluster.TargetsFolder, view, TimeProvider.System, cancellationToken);
        }
        else
        {
            var live = AnsiConsole.Live(new Text("")).Overflow(VerticalOverflow.Ellipsis).Cropping(VerticalOverflowCropping.Bottom);
            await live.StartAsync(async display =>
            {
                var view = new LiveView(display, TimeProvider.System);
                messages.SendTo(view);
                await TargetWatch.RunAsync(
                    cluster.Prometheus, cluster.TargetsFolder, view, TimeProvider.System, cancellationToken);
                messages.SendTo(null);
            });
        }
    }
}
