using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Explaining;
using Minik8s.FileSd.Options;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Commands;

/// <summary>What is known of the files without a daemon: what one pass says, beside what is on disk.</summary>
/// <param name="source">Where that is from, and why from there.</param>
internal sealed class PassedFiles(ClusterPass pass, FileSdOptions options, string source) : IKnownFiles
{
    public string Source => source;

    public Task<KnownFile> NodesAsync(CancellationToken stop) => ReadAsync(options.NodesFile, pass.NodesAsync, stop);

    public Task<KnownFile> PodsAsync(CancellationToken stop) => ReadAsync(options.PodsFile, pass.PodsAsync, stop);

    private async Task<KnownFile> ReadAsync(string name, Func<CancellationToken, Task<Pass>> read, CancellationToken stop)
    {
        var path = Path.Combine(options.TargetsFolder, name);
        FileContent? newest = null;
        string? fault = null;
        try
        {
            newest = (await read(stop)).Content;
        }
        catch (Exception wrong) when (!stop.IsCancellationRequested)
        {
            fault = FaultText.Of(wrong);
        }

        return new(
            path, newest, OnDisk(path), Posix.Stamp(path)?.Modified, fault is null ? [] : [fault], 0,
            "it is the daemon that writes it: see whether it runs, and with the same settings");
    }

    /// <summary>What a file says; nothing where there is none.</summary>
    public static FileContent OnDisk(string path) => FoundTargets.Content(FoundTargets.Read(path));
}
