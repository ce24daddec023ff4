using Microsoft.Extensions.Logging.Abstractions;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Minik8s.FileSd.Telemetry;

namespace Minik8s.FileSd.Tests.Support;

/// <summary>The way of one kind of object, gone by a test: without a server and without a file.</summary>
internal sealed class TestFeed
{
    public TestFeed(string plural, DaemonMetrics metrics, TimeProvider time)
    {
        var (name, streamMetrics, fileMetrics) = ($"{plural}.json", metrics.Stream(plural), metrics.File($"{plural}.json"));
        var file = new TargetFile("/targets", name);
        Stream = new StreamStatus(plural, NullLogger.Instance, time, streamMetrics);
        File = new FileStatus(file.Path, NullLogger.Instance, () => TimeSpan.FromSeconds(1), time, fileMetrics);
        Feed = new Feed(
            plural, [Stream], [], [], file, File, new FileCare(file, File, NullLogger.Instance, () => TimeSpan.FromSeconds(1), time, fileMetrics), streamMetrics, time);
    }

    public StreamStatus Stream { get; }

    public FileStatus File { get; }

    public Feed Feed { get; }

    /// <summary>A list is complete, and a watch is open.</summary>
    public void Follow()
    {
        Stream.Listing();
        Stream.Listed(1, "1");
        Stream.Known();
        Stream.Watching("1", isDoubtful: false);
    }

    /// <summary>The cluster has these objects, and the file says so.</summary>
    public FileContent Publish(params IEnumerable<(ObjectKey Key, Verdict Verdict)> objects)
    {
        var content = new FileContent([Contents.Listed(objects)]);
        Feed.Changed(content);
        File.Writing(content);
        File.Published(new Publication(true, content.Count, content.Length));
        return content;
    }

    public static (ObjectKey Key, Verdict Verdict) Pod(string @namespace, string name, string address, params IReadOnlyList<Remark> remarks) =>
        (new(@namespace, name), new Verdict.Target([new TargetGroup(address, [new("pod", name)])], remarks));

    public static (ObjectKey Key, Verdict Verdict) Not(string @namespace, string name, Reason reason) =>
        (new(@namespace, name), new Verdict.NotTarget(reason, ""));
}
