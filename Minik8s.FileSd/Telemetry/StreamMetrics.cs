using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Targets;
using Prometheus;

namespace Minik8s.FileSd.Telemetry;

/// <summary>What is measured of a kind, of all of its streams together.</summary>
internal sealed class StreamMetrics
{
    private readonly string _resource;
    private readonly Counter _lists;
    private readonly Counter _faults;
    private readonly Gauge _objects;
    private readonly Gauge _remarks;
    private readonly Gauge _follows;
    private readonly Gauge.Child _quarantined;

    public StreamMetrics(MetricFactory factory, string resource)
    {
        _resource = resource;
        Synced = factory.CreateGauge(
            "minik8s_filesd_stream_synced",
            "Whether the list is complete and the stream is being followed without a fault (1), or not (0).",
            "resource").WithLabels(resource);
        LastContact = factory.CreateGauge(
            "minik8s_filesd_stream_last_contact_timestamp_seconds",
            "When the API server last said anything on the stream.",
            ["resource"], AbsentUntilSet).WithLabels(resource);
        _lists = factory.CreateCounter("minik8s_filesd_stream_lists_total", "Lists that were completed, by why they were asked for.", "resource", "reason");
        Watches = Counter("minik8s_filesd_stream_watches_total", "Watches that were opened.");
        Skipped = factory.CreateGauge(
            "minik8s_filesd_stream_objects_skipped", "Objects of the last list that could not be read.", "resource").WithLabels(resource);
        Held = factory.CreateGauge(
            "minik8s_filesd_guard_held_targets",
            "Targets that the last list does not name, and that stay until another list agrees.", "resource").WithLabels(resource);
        Holds = Counter("minik8s_filesd_guard_holds_total", "Lists that were doubted, for they would have dropped too many targets by their silence.");
        _follows = factory.CreateGauge(
            "minik8s_filesd_stream_follows", "How the API server speaks and how it is followed: 1 for what is so, 0 for what was.",
            "resource", "dialect", "mode");
        var stages = factory.CreateHistogram(
            "minik8s_filesd_stage_duration_seconds", "How long each stage takes on the way from the API server's bytes to the target file.",
            ["resource", "stage"], Latency.Buckets);
        Decode = stages.WithLabels(resource, "decode");
        Render = stages.WithLabels(resource, "render");
        Settle = stages.WithLabels(resource, "settle");
        Write = stages.WithLabels(resource, "write");
        Changes = Counter("minik8s_filesd_changes_total", "Changes of objects that watches have told.");
        _faults = factory.CreateCounter(
            "minik8s_filesd_stream_faults_total", "Faults of the stream; each is followed by another try.", "resource", "reason");
        _objects = factory.CreateGauge(
            "minik8s_filesd_objects", "Known objects, by whether they are targets or else why not.", "resource", "verdict");
        _remarks = factory.CreateGauge(
            "minik8s_filesd_object_remarks", "Known objects of which something was left out, by what.", "resource", "remark");

        _quarantined = factory.CreateGauge(
            "minik8s_filesd_quarantined_groups", "Target groups that Prometheus would not take, each left out of the file alone.", "resource").WithLabels(resource);

        // A counter that appears only with its first fault has no increase that an alert could see.
        foreach (var reason in Enum.GetValues<FaultReason>())
            _faults.WithLabels(resource, SnakeCase.Of(reason));
        foreach (var reason in Enum.GetValues<ListReason>())
            _lists.WithLabels(resource, SnakeCase.Of(reason));
        foreach (var kind in Enum.GetValues<RemarkKind>())
            _remarks.WithLabels(resource, SnakeCase.Of(kind));

        ICounter Counter(string name, string help) => factory.CreateCounter(name, help, "resource").WithLabels(resource);
    }

    public static GaugeConfiguration AbsentUntilSet => new() { SuppressInitialValue = true };

    public IGauge Synced { get; }

    public IGauge LastContact { get; }

    public IGauge Skipped { get; }

    public IGauge Held { get; }

    public ICounter Holds { get; }

    public ICounter Watches { get; }

    public ICounter Changes { get; }

    /// <summary>From the bytes of a watch event to what they say.</summary>
    public IHistogram Decode { get; }

    /// <summary>From an object to the bytes of its targets.</summary>
    public IHistogram Render { get; }

    /// <summary>From the first change that is not written to the moment at which its write begins.</summary>
    public IHistogram Settle { get; }

    /// <summary>From there to the file's being replaced.</summary>
    public IHistogram Write { get; }

    public void Listed(ListReason reason) => _lists.WithLabels(_resource, SnakeCase.Of(reason)).Inc();

    public void Fault(FaultReason reason) => _faults.WithLabels(_resource, SnakeCase.Of(reason)).Inc();

    public void Follows(Dialect dialect, FollowMode mode)
    {
        foreach (var former in _follows.GetAllLabelValues().Where(labels => labels[0] == _resource))
            _follows.WithLabels(former).Set(0);
        _follows.WithLabels(_resource, SnakeCase.Of(dialect), SnakeCase.Of(mode)).Set(1);
    }

    /// <summary>A verdict that has been seen once keeps its series, at 0 when no object has it any more.</summary>
    public void Objects(VerdictCounts counts)
    {
        _objects.WithLabels(_resource, "target").Set(counts.Targets);
        foreach (var reason in Enum.GetValues<Reason>())
        {
            var verdict = SnakeCase.Of(reason);
            if (counts.Of(reason) > 0 || _objects.GetAllLabelValues().Any(labels => labels[0] == _resource && labels[1] == verdict))
                _objects.WithLabels(_resource, verdict).Set(counts.Of(reason));
        }

        foreach (var kind in Enum.GetValues<RemarkKind>())
            _remarks.WithLabels(_resource, SnakeCase.Of(kind)).Set(counts.Of(kind));
        _quarantined.Set(counts.Quarantined);
    }
}
