using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Options;

/// <summary>Every setting with its default and its check.</summary>
internal static partial class Settings
{
    /// <summary>The labels by which targets are told apart: docs/labels.md.</summary>
    private static readonly string[] OwnLabels = ["job", "instance", "node", "namespace", "pod", "container"];

    public static readonly IReadOnlyList<Setting> All =
    [
        new("api.server", "URL", "", "Address of the API server; empty to find it: service account of a pod, kubeconfig, `http://127.0.0.1:8080`",
            (o, v) => o with { ApiServer = v.Length == 0 ? null : ServerAddress.Parse(v) }),
        new("api.token-file", "FILE", "", "File with the bearer token for the API server; read again for each request",
            (o, v) => o with { TokenFile = v.Length == 0 ? null : Readable(v) }),
        new("api.ca-file", "FILE", "", "PEM file with the certificate authorities of the API server instead of the system's",
            (o, v) => o with { AuthoritiesFile = v.Length == 0 ? null : AuthoritiesFile(v) }),
        new("api.kubeconfig", "FILE", "", "Kubeconfig with the API server and the credential; else `KUBECONFIG` or `~/.kube/config`",
            (o, v) => o with { Kubeconfig = v.Length == 0 ? null : Readable(v) }),
        new("api.context", "NAME", "", "Context of the kubeconfig, instead of its current one",
            (o, v) => o with { Context = v.Length == 0 ? null : v }),
        new("api.dialect", "DIALECT", "auto", "How the API server speaks: kubernetes, minik8s (any of the teaching projects) or auto, which finds out",
            (o, v) => o with { Dialect = Dialect(v) }),
        new("api.nodes-path", "PATH", "", "Where the API server has the nodes, such as /api/node; empty for the places that are known",
            (o, v) => o with { NodesPath = ApiPath(v) }),
        new("api.pods-path", "PATH", "", "Where it has the pods; {namespace} in it stands for that of --pod.namespace; empty for the places that are known",
            (o, v) => o with { PodsPath = ApiPath(v) }),
        new("api.follow", "MODE", "auto", "How changes are learnt: watch, long-poll, poll or auto, the best that the API server has",
            (o, v) => o with { Follow = o.Follow with { Mode = Follow(v) } }),
        new("api.poll-interval", "DURATION", "5s", "How often the lists are asked for where there is neither watch nor long-poll",
            (o, v) => o with { Follow = o.Follow with { PollInterval = AtLeast(TimeSpan.FromMilliseconds(100), v) } }),
        new("api.relist-interval", "DURATION", "", "How often everything is listed anew; empty for 60s where the API server is not Kubernetes or has no watch, else never; 0 for never",
            (o, v) => o with { Follow = o.Follow with { RelistInterval = v.Length == 0 ? null : v == "0" ? TimeSpan.Zero : AtLeast(TimeSpan.FromSeconds(1), v) } }),
        new("targets.dir", "DIR", "targets", "Folder of the target files; created if it is missing",
            (o, v) => o with { TargetsFolder = v.Length == 0 ? throw new FormatException("name a folder") : Path.GetFullPath(v) }),
        new("targets.nodes-file", "NAME", "nodes.json", "Name of the nodes' target file in that folder",
            (o, v) => o with { NodesFile = FileName(v) }),
        new("targets.pods-file", "NAME", "pods.json", "Name of the pods' target file in that folder",
            (o, v) => o with { PodsFile = FileName(v) }),
        new("node.port", "PORT", "9100", "Port of the node_exporter on each node",
            (o, v) => o with { NodePort = Port(v) }),
        new("node.selector", "SELECTOR", "", "Kubernetes label selector of the nodes; empty for all",
            (o, v) => o with { NodeSelector = LabelSelector.Parse(v) }),
        new("node.require-ready", "", "", "Leave out nodes that are not ready, and with them the alert that they are down; left open, those alone that a Minik8s server calls unhealthy",
            (o, v) => o with { NodeRequireReady = v.Length == 0 ? null : Switch(v) }),
        new("pod.selector", "SELECTOR", "log=prometheus", "Kubernetes label selector of the pods; empty for all",
            (o, v) => o with { PodSelector = LabelSelector.Parse(v) }),
        new("pod.port-name", "NAME", "prometheus", "Name of the container port that is a target",
            (o, v) => o with { PodPortName = PortName(v) }),
        new("pod.namespace", "NAMESPACE", "", "Namespace of the pods; several by commas or by repeating the flag, empty for all",
            (o, v) => o with { PodNamespaces = [.. Setting.Split(v).Select(Namespace).Distinct().Order(StringComparer.Ordinal)] }, IsList: true),
        new("pod.drop-terminating", "", "false", "Leave out pods from the moment on at which they are asked to end",
            (o, v) => o with { PodDropTerminating = Switch(v) }),
        new("labels.meta", "AMOUNT", "standard", "How much becomes `__meta_kubernetes_*` labels: standard, full (all that kubernetes_sd has) or none",
            (o, v) => o with { Labels = o.Labels with { Meta = Meta(v) } }),
        new("labels.annotation", "KEY", "", "Annotation that becomes a label even in standard; several by commas or by repeating the flag",
            (o, v) => o with { Labels = o.Labels with { Annotations = Setting.Split(v).Select(AnnotationKey).ToHashSet() } }, IsList: true),
        new("labels.node-metadata", "", "false", "Give the targets of pods the `__meta_kubernetes_node_*` labels of their node",
            (o, v) => o with { Labels = o.Labels with { NodeMetadata = Switch(v) } }),
        new("labels.extra", "NAME=VALUE", "", "Label of every target, such as cluster=prod; several by commas or by repeating the flag",
            (o, v) => o with { Labels = o.Labels with { Extra = ExtraLabels(v) } }, IsList: true),
        new("guard.max-drop", "SHARE", "0.5", "A list that is silent about more than this share of the targets is asked for again before they go; 0 to believe any",
            (o, v) => o with { Guard = o.Guard with { MaxDrop = Share(v) } }),
        new("guard.min-targets", "NUMBER", "5", "Fewer targets than this may always go; 0 to believe any list",
            (o, v) => o with { Guard = o.Guard with { MinTargets = Number(v) } }),
        new("settle.quiet", "DURATION", "50ms", "A file is written when nothing has changed for so long",
            (o, v) => o with { SettleQuiet = Duration(v) }),
        new("settle.limit", "DURATION", "1s", "A file is written at the latest so long after a change, however much changes",
            (o, v) => o with { SettleLimit = Duration(v) }),
        new("web.listen-address", "ADDRESS:PORT", "127.0.0.1:9099", "Where metrics and health are answered; :PORT for every address, empty for nowhere",
            (o, v) => o with { WebAddress = v.Length == 0 ? null : ListenAddress(v) }),
        new("log.level", "LEVEL", "info", "What is logged: debug, info, warn or error",
            (o, v) => o with { LogLevel = Level(v) }),
        new("log.format", "FORMAT", "text", "How it is logged: text or json",
            (o, v) => o with { LogAsJson = OneOf(v, "text", "json") == "json" }),
        new("once", "", "false", "Write both files once, then exit with 0: for an init container or cron",
            (o, v) => o with { Once = Switch(v) }),
    ];

    /// <summary>What concerns more than one setting: a flag to blame, and what is wrong and how to put it right.</summary>
    public static IEnumerable<(string Name, string Problem)> Conflicts(FileSdOptions options)
    {
        if (options.SettleQuiet > options.SettleLimit)
            yield return ("settle.quiet", "is longer than --settle.limit; make it shorter, or the limit longer");
        if (options.NodesFile == options.PodsFile)
            yield return ("targets.pods-file", "is the same as --targets.nodes-file; give each its own name");
        if (options.PodsPath.Contains("{namespace}") && options.PodNamespaces.Count == 0)
            yield return ("api.pods-path", "has a {namespace}, and none is named; name it by --pod.namespace");
        if (options is { ApiServer: not null, Kubeconfig: not null })
            yield return ("api.kubeconfig", "does nothing with --api.server; leave one of them out");
        if (options is { ApiServer: not null, Context: not null })
            yield return ("api.context", "does nothing with --api.server; leave one of them out");
        if (options.Labels is { NodeMetadata: true, Meta: MetaLabels.None })
            yield return ("labels.node-metadata", "does nothing with --labels.meta none; leave one of them out");
        if (options.Labels is { Annotations.Count: > 0, Meta: MetaLabels.None })
            yield return ("labels.annotation", "does nothing with --labels.meta none; leave one of them out");
    }

    private static string Readable(string path)
    {
        try
        {
            using (File.OpenRead(path))
                return Path.GetFullPath(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"cannot be read: {fault.Message}");
        }
    }

    private static string AuthoritiesFile(string value)
    {
        var path = Readable(value);
        Authorities.Parse(File.ReadAllBytes(path));
        return path;
    }

    private static string FileName(string value) =>
        value.EndsWith(".json", StringComparison.Ordinal) && !value.StartsWith('.') && !value.Contains('/') && !value.Any(char.IsControl)
            ? value
            : throw new FormatException("is not the plain name of a .json file; the folder is set by --targets.dir");

    private static int Port(string value) =>
        int.TryParse(value, NumberStyles.None, null, out var port) && port is > 0 and <= 65535
            ? port
            : throw new FormatException("is not a port; write a number from 1 to 65535");

    private static double Share(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and < 1
            ? share
            : throw new FormatException("is not a share; write a number from 0 to below 1, such as 0.5");

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, null, out var number)
            ? number
            : throw new FormatException("is not a number; write one from 0 on");

    private static IPEndPoint ListenAddress(string value)
    {
        var colon = value.LastIndexOf(':');
        if (colon >= 0 && value[..colon] is var host && int.TryParse(value[(colon + 1)..], NumberStyles.None, null, out var port) && port is > 0 and <= 65535)
        {
            if (host.Length == 0)
                return new(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port);

            // IPv6 stands in brackets, or its last part could be taken for the port.
            if (host.Contains(':') == host.StartsWith('[') && IPAddress.TryParse(host, out var address))
                return new(address, port);
        }

        throw new FormatException(
            "is not an IP address and a port; write it like 127.0.0.1:9099, [::1]:9099 or :9099, or leave it empty for no endpoint");
    }

    private static Dialect? Dialect(string value) => OneOf(value, "auto", "kubernetes", "minik8s") switch
    {
        "kubernetes" => Cluster.Dialect.Kubernetes,
        "minik8s" => Cluster.Dialect.Minik8s,
        _ => null,
    };

    private static FollowMode? Follow(string value) => OneOf(value, "auto", "watch", "long-poll", "poll") switch
    {
        "watch" => FollowMode.Watch,
        "long-poll" => FollowMode.LongPoll,
        "poll" => FollowMode.Poll,
        _ => null,
    };

    private static string ApiPath(string value) =>
        value.Length == 0 || ApiPathPattern().IsMatch(value)
            ? value.TrimStart('/')
            : throw new FormatException("is not a path on the API server; write it like /api/v1/pods");

    private static string PortName(string value) =>
        PortNamePattern().IsMatch(value) && value.Any(char.IsAsciiLetter) && !value.Contains("--")
            ? value
            : throw new FormatException("is not a port name; write up to 15 lower-case letters, digits and single hyphens, a letter among them");

    private static string Namespace(string value) =>
        NamespacePattern().IsMatch(value)
            ? value
            : throw new FormatException($"is not a namespace{At(value)}; write up to 63 lower-case letters, digits and hyphens");

    private static MetaLabels Meta(string value) => OneOf(value, "standard", "full", "none") switch
    {
        "full" => MetaLabels.Full,
        "none" => MetaLabels.None,
        _ => MetaLabels.Standard,
    };

    private static string AnnotationKey(string value) =>
        AnnotationKeyPattern().IsMatch(value)
            ? value
            : throw new FormatException($"is not the key of an annotation{At(value)}; write it like example.com/team");

    private static IReadOnlyList<KeyValuePair<string, string>> ExtraLabels(string list)
    {
        var labels = new Dictionary<string, string>();
        foreach (var entry in Setting.Split(list))
        {
            if (entry.Split('=', 2) is not [var name, { Length: > 0 } value] || !LabelNamePattern().IsMatch(name))
                throw new FormatException($"is not a label{At(entry)}; write NAME=VALUE like cluster=prod, the name of letters, digits and underscores");
            if (name.StartsWith("__", StringComparison.Ordinal))
                throw new FormatException($"has the label {name}; names with two underscores before them are Prometheus' own");
            if (OwnLabels.Contains(name))
                throw new FormatException($"has the label {name}, which targets have already; name another");
            if (value.Any(char.IsControl))
                throw new FormatException($"has a control character in the value of {name}");
            if (!labels.TryAdd(name, value))
                throw new FormatException($"has the label {name} twice");
        }

        return [.. labels];
    }

    /// <summary>Names the value that is wrong where it is one of several, which is shown as a whole.</summary>
    private static string At(string value) => $" at \"{Printable.Of(value)}\"";

    private static bool Switch(string value) => OneOf(value.ToLowerInvariant(), "true", "false") == "true";

    private static TimeSpan Duration(string value) =>
        PrometheusDuration.TryParse(value, out var duration) && duration <= TimeSpan.FromHours(1)
            ? duration
            : throw new FormatException("is not a duration of up to 1h; write it as Prometheus does, like 50ms, 1s or 5m");

    private static TimeSpan AtLeast(TimeSpan least, string value) =>
        Duration(value) is var duration && duration >= least
            ? duration
            : throw new FormatException($"is shorter than {least.TotalSeconds:0.###}s, which would be too much for the API server");

    private static LogLevel Level(string value) => OneOf(value, "debug", "info", "warn", "error") switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    private static string OneOf(string value, params string[] choices) =>
        choices.Contains(value) ? value : throw new FormatException($"must be one of {string.Join(", ", choices)}");

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?\z")]
    private static partial Regex PortNamePattern();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex NamespacePattern();

    [GeneratedRegex(@"^/?[A-Za-z0-9][A-Za-z0-9._~%/{}-]*(\?[A-Za-z0-9._~%&=-]+)?\z")]
    private static partial Regex ApiPathPattern();

    // Annotations are named like labels, save that a domain may have capitals in what older servers took.
    [GeneratedRegex($@"^{LabelSelector.KeyName}\z", RegexOptions.IgnoreCase)]
    private static partial Regex AnnotationKeyPattern();

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex LabelNamePattern();
}
