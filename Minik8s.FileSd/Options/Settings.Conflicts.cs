using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Options;

/// <summary>The value of a setting as it was gathered.</summary>
/// <param name="Text">As it was written, or the default.</param>
/// <param name="Origin">The flag, the variable or the key of the file that has it.</param>
/// <param name="IsSet">Whether anybody has set it.</param>
internal sealed record Given(string Text, string Origin, bool IsSet);

/// <remarks>What is right by itself and wrong beside another setting.</remarks>
internal static partial class Settings
{
    /// <param name="given">All settings by their names.</param>
    /// <returns>The name of the setting to blame, and what is wrong and how to put it right.</returns>
    public static IEnumerable<(string Name, string Problem)> Conflicts(FileSdOptions options, IReadOnlyDictionary<string, Given> given)
    {
        if (options.SettleQuiet > options.SettleLimit)
        {
            yield return Either(
                "settle.limit", "is shorter than", "make it longer, or the quiet shorter",
                "settle.quiet", "is longer than", "make it shorter, or the limit longer");
        }

        if (options.Limits.ListBytes < options.Limits.ObjectBytes)
        {
            yield return Either(
                "limits.list-bytes", "is less than", "make it larger, or that smaller",
                "limits.object-bytes", "is more than", "make it smaller, or that larger");
        }

        if (options.Limits.ListTime < options.Limits.ObjectTime)
        {
            yield return Either(
                "limits.list-time", "is shorter than", "make it longer, or that shorter",
                "limits.object-time", "is longer than", "make it shorter, or that longer");
        }

        if (options.NodesFile == options.PodsFile)
        {
            yield return given["targets.pods-file"].IsSet
                ? ("targets.pods-file", "is the same as --targets.nodes-file; give each its own name")
                : ("targets.nodes-file", "is the same as --targets.pods-file; give each its own name");
        }

        if (options.AuditFile is { } audit && IsIn(options.TargetsFolder, audit))
            yield return ("audit.file", "is in --targets.dir, where Prometheus would read all targets again for each line; name a file elsewhere");
        if (options.PodsPath.Contains("{namespace}") && options.PodNamespaces.Count == 0)
            yield return ("api.pods-path", "has a {namespace}, and none is named; name it by --pod.namespace");
        if (options is { ApiServer: not null, Kubeconfig: not null })
            yield return ("api.kubeconfig", "does nothing with --api.server; leave one of them out");
        if (options is { ApiServer: not null, Context: not null })
            yield return ("api.context", "does nothing with --api.server; leave one of them out");
        if (options is { PrometheusTokenFile: not null, Prometheus: null })
            yield return ("prometheus.token-file", "does nothing without --prometheus.url; name the Prometheus, too");
        if (options is { PrometheusTokenFile: not null, Prometheus.Credential: not null })
            yield return ("prometheus.token-file", "and the user in --prometheus.url are two credentials; leave one of them out");
        if (options.Labels is { NodeMetadata: true, Meta: MetaLabels.None })
            yield return ("labels.node-metadata", "does nothing with --labels.meta none; leave one of them out");
        if (options.Labels is { Annotations.Count: > 0, Meta: MetaLabels.None })
            yield return ("labels.annotation", "does nothing with --labels.meta none; leave one of them out");

        // A default is not to blame: the one of the two that was set is.
        (string Name, string Problem) Either(string name, string relation, string remedy, string other, string reverse, string otherRemedy) =>
            given[name].IsSet || !given[other].IsSet
                ? (name, $"{relation} --{other}, which is {Printable.Of(given[other].Text)}; {remedy}")
                : (other, $"{reverse} --{name}, which is {Printable.Of(given[name].Text)}; {otherRemedy}");
    }
}
