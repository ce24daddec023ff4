using System.Collections;
using Minik8s.FileSd.Options;
using DaemonCommandLine = Minik8s.FileSd.Options.CommandLine;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>Flags that the daemon is given besides those of the benchmark.</summary>
internal static class DaemonFlags
{
    private static readonly string[] OwnOfBenchmark =
    [
        "--targets.dir", "--targets.nodes-file", "--targets.pods-file", "--web.listen-address",
        "--api.server", "--api.kubeconfig", "--api.context", "--api.nodes-path", "--api.pods-path", "--once", "--config.file",
    ];

    private static readonly string[] LeavingOut =
    [
        "--shard", "--node.selector", "--node.require-ready", "--pod.selector", "--pod.namespace", "--pod.port-name", "--pod.drop-terminating",
    ];

    /// <summary>What the daemon makes of them; null when it says itself what is wrong with them.</summary>
    /// <exception cref="ArgumentException">They do not go with the benchmark.</exception>
    public static async Task<FileSdOptions?> ReadAsync(IReadOnlyList<string> flags)
    {
        foreach (var flag in flags.Select(flag => flag.Split('=', ':')[0]))
        {
            if (OwnOfBenchmark.Contains(flag))
                throw new ArgumentException($"{flag} behind -- is not for the daemon here: the benchmark sets what it says; leave it out");
            if (LeavingOut.Contains(flag))
                throw new ArgumentException($"{flag} behind -- would leave targets out, and every case looks for all of them; leave it out");
        }

        FileSdOptions? read = null;
        var code = await new DaemonCommandLine().RunAsync(
            [.. flags],
            new Hashtable(),
            Console.Error,
            (options, _) =>
            {
                read = options;
                return Task.FromResult(0);
            },
            (_, _, _) => Task.FromResult(0));
        return read is null && code == 0
            ? throw new ArgumentException($"{string.Join(' ', flags)} behind -- has the daemon do something else than follow a cluster; leave it out")
            : read;
    }
}
