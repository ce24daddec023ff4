using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd;

/// <summary>
/// Every event that is logged. 1xx the process, 2xx the streams from the API server, 3xx objects and their targets,
/// 4xx the target files, 5xx what Prometheus has of them, 6xx the audit trail. A number is never given to another event.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information,
        "minik8s-filesd {Version} follows {Server} and writes {NodesFile} and {PodsFile}")]
    public static partial void Started(ILogger logger, string version, Uri server, string nodesFile, string podsFile);

    [LoggerMessage(110, LogLevel.Information, "Server and credentials are from {Origin}")]
    public static partial void ServerFound(ILogger logger, string origin);

    [LoggerMessage(111, LogLevel.Warning,
        "The API server's certificate is not checked, as insecure-skip-tls-verify of the kubeconfig asks: anybody between could read the credential")]
    public static partial void ServerNotChecked(ILogger logger);

    [LoggerMessage(101, LogLevel.Information, "Stopped; the target files stay as they are")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(104, LogLevel.Information, "Both target files are written; done, as --once asks")]
    public static partial void Done(ILogger logger);

    [LoggerMessage(112, LogLevel.Information, "The files have {Shard} of the targets, as --shard asks")]
    public static partial void Sharded(ILogger logger, Shard shard);

    [LoggerMessage(102, LogLevel.Critical, "A fault that is not an outage but an error in this program ended it")]
    public static partial void Crashed(ILogger logger, Exception fault);

    [LoggerMessage(103, LogLevel.Warning,
        "The environment variable {Variable} is not a setting of minik8s-filesd and does nothing")]
    public static partial void UnknownVariable(ILogger logger, string variable);

    [LoggerMessage(105, LogLevel.Information, "Answers on http://{Address}: the status page, /metrics, /healthz, /readyz")]
    public static partial void Listening(ILogger logger, System.Net.IPEndPoint address);

    [LoggerMessage(106, LogLevel.Warning, "systemd cannot be told: {Fault}")]
    public static partial void SystemdUnreachable(ILogger logger, string fault);

    [LoggerMessage(200, LogLevel.Debug, "Listing {Resource}")]
    public static partial void Listing(ILogger logger, string resource);

    [LoggerMessage(201, LogLevel.Information, "Listed {Resource}: {Count} at version {ResourceVersion}")]
    public static partial void Listed(ILogger logger, string resource, int count, string resourceVersion);

    [LoggerMessage(202, LogLevel.Debug, "Watching {Resource} from version {ResourceVersion}")]
    public static partial void Watching(ILogger logger, string resource, string resourceVersion);

    [LoggerMessage(203, LogLevel.Debug, "The server ended the watch of {Resource}, as it should; it is resumed")]
    public static partial void WatchEnded(ILogger logger, string resource);

    [LoggerMessage(204, LogLevel.Warning,
        "Cannot follow {Resource}: {Fault}. Its target file stays as it is; next try in {Seconds:0.0} s")]
    public static partial void StreamFailed(ILogger logger, string resource, string fault, double seconds);

    [LoggerMessage(205, LogLevel.Debug, "Still cannot follow {Resource}: {Fault}; next try in {Seconds:0.0} s (attempt {Attempts})")]
    public static partial void StillFailing(ILogger logger, string resource, string fault, double seconds, int attempts);

    [LoggerMessage(206, LogLevel.Information, "Following {Resource} again after {Seconds:0.0} s and {Attempts} failed attempts")]
    public static partial void StreamRecovered(ILogger logger, string resource, double seconds, int attempts);

    [LoggerMessage(207, LogLevel.Information, "The server no longer has the version of {Resource} that was asked for ({Fault}); listing again")]
    public static partial void VersionRefused(ILogger logger, string resource, string fault);

    [LoggerMessage(208, LogLevel.Warning, "Skipped an event of {Resource} of an unknown type: {Name}; further ones like it are not told")]
    public static partial void UnknownEvent(ILogger logger, string resource, string name);

    [LoggerMessage(209, LogLevel.Debug, "Polled {Resource}: {Count} at version {ResourceVersion}")]
    public static partial void Polled(ILogger logger, string resource, int count, string resourceVersion);

    [LoggerMessage(210, LogLevel.Information, "Follows {Resource} at {Path} in the dialect of {Dialect} by {How}")]
    public static partial void Follows(ILogger logger, string resource, string path, Cluster.Dialect dialect, string how);

    [LoggerMessage(211, LogLevel.Warning,
        "Skipped {Count} of the {Resource}: they cannot be read; minik8s_filesd_stream_objects_skipped has how many there are")]
    public static partial void Skipped(ILogger logger, string resource, int count);

    [LoggerMessage(212, LogLevel.Warning,
        "The list of {Resource} lacks {Held} of {Count} known targets without a word of why; they stay until another list, asked for in {Seconds} s, agrees")]
    public static partial void ListDoubted(ILogger logger, string resource, int held, int count, double seconds);

    [LoggerMessage(213, LogLevel.Information, "Another list of {Resource} has told: of {Held} doubtful targets {Gone} are gone")]
    public static partial void ListConfirmed(ILogger logger, string resource, int held, int gone);

    [LoggerMessage(300, LogLevel.Debug, "{Kind} {Object} gives {Count} targets")]
    public static partial void Selected(ILogger logger, string kind, string @object, int count);

    [LoggerMessage(301, LogLevel.Debug, "{Kind} {Object} is not a target, {Reason}: {Fact}")]
    public static partial void NotSelected(ILogger logger, string kind, string @object, string reason, string fact);

    [LoggerMessage(302, LogLevel.Warning, "{File}: {Object}, {Remark}: {Fact}")]
    public static partial void Remarked(ILogger logger, string file, string @object, string remark, string fact);

    [LoggerMessage(303, LogLevel.Warning, "{File}: more than {Count} remarks within {Seconds} s, the rest is not told; minik8s_filesd_object_remarks counts them all")]
    public static partial void MoreRemarked(ILogger logger, string file, int count, double seconds);

    [LoggerMessage(400, LogLevel.Information, "Wrote {File}: {Targets} targets, {Bytes} bytes")]
    public static partial void Wrote(ILogger logger, string file, int targets, long bytes);

    [LoggerMessage(401, LogLevel.Information, "{File} already says the same: {Targets} targets; it is not written")]
    public static partial void AlreadyWritten(ILogger logger, string file, int targets);

    [LoggerMessage(402, LogLevel.Error, "Cannot write {File}: {Fault}. The old file stays; next try in {Seconds:0.0} s")]
    public static partial void WriteFailed(ILogger logger, string file, string fault, double seconds);

    [LoggerMessage(403, LogLevel.Debug, "Still cannot write {File}: {Fault}; next try in {Seconds:0.0} s")]
    public static partial void StillNotWritten(ILogger logger, string file, string fault, double seconds);

    [LoggerMessage(404, LogLevel.Information, "Can write {File} again")]
    public static partial void WriteRecovered(ILogger logger, string file);

    [LoggerMessage(405, LogLevel.Warning,
        "{File} is not as it was written: {Damage}. It is written anew in {Seconds:0} s; when that goes on, does a second daemon with other settings write it?")]
    public static partial void Damaged(ILogger logger, string file, string damage, double seconds);

    [LoggerMessage(406, LogLevel.Warning,
        "{File} is written by somebody else as well, who says the same: is there a second daemon on this folder? It does no harm; further times are not told")]
    public static partial void OtherWriter(ILogger logger, string file);

    [LoggerMessage(407, LogLevel.Information, "Found {File} with {Targets} targets; it stays as it is until all {Resource} are listed")]
    public static partial void Found(ILogger logger, string file, int targets, string resource);

    [LoggerMessage(408, LogLevel.Information, "{Count} of the targets in {File} are of other shards than this, {Shard}; they go with the first list, as --shard asks")]
    public static partial void FoundOfOtherShards(ILogger logger, string file, int count, Shard shard);

    [LoggerMessage(500, LogLevel.Warning, "Cannot ask Prometheus at {Url}: {Fault}. The target files do not depend on it; it is asked again every {Seconds:0.#} s")]
    public static partial void PrometheusUnreachable(ILogger logger, Uri url, string fault, double seconds);

    [LoggerMessage(501, LogLevel.Information, "Prometheus at {Url} answers; what it has of the target files is compared with them")]
    public static partial void PrometheusAnswers(ILogger logger, Uri url);

    [LoggerMessage(502, LogLevel.Warning, "{File}: {Diagnosis}")]
    public static partial void PrometheusLacks(ILogger logger, string file, string diagnosis);

    [LoggerMessage(503, LogLevel.Information, "Prometheus has all of {File} again")]
    public static partial void PrometheusHasAll(ILogger logger, string file);

    [LoggerMessage(504, LogLevel.Debug, "{File} beside Prometheus: {Published} published, {Missing} missing, {Extra} extra, {Dropped} dropped, {Failing} failing, {Seconds:0.0} s behind; {Diagnosis}")]
    public static partial void PrometheusCompared(
        ILogger logger, string file, int published, int missing, int extra, int dropped, int failing, double seconds, string diagnosis);

    [LoggerMessage(505, LogLevel.Error, "What Prometheus answers could not be compared; that is an error in this program")]
    public static partial void PrometheusNotCompared(ILogger logger, Exception fault);

    [LoggerMessage(600, LogLevel.Error, "Cannot write the audit trail {File}: {Fault}. Its lines are lost until it can be written; the target files are not held up")]
    public static partial void AuditFailed(ILogger logger, string file, string fault);

    [LoggerMessage(601, LogLevel.Error, "The audit trail {File} does not keep up: {Size} wait to be written, and further lines are lost; the target files are not held up")]
    public static partial void AuditBehind(ILogger logger, string file, string size);

    [LoggerMessage(602, LogLevel.Information, "Can write the audit trail {File} again; {Lost} of its lines are lost")]
    public static partial void AuditRecovered(ILogger logger, string file, long lost);

    [LoggerMessage(603, LogLevel.Error, "The audit trail {File} is not written to its end: its disk takes too long")]
    public static partial void AuditCutOff(ILogger logger, string file);

    [LoggerMessage(604, LogLevel.Error, "What the last publish of {File} has changed cannot be told: an error in this program, of which the file itself knows nothing")]
    public static partial void NotCompared(ILogger logger, string file, Exception fault);
}
