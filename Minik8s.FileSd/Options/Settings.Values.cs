using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Minik8s.FileSd.Cluster;
using Minik8s.FileSd.Cluster.Access;
using Minik8s.FileSd.Targets;

namespace Minik8s.FileSd.Options;

/// <remarks>How each value is read. What cannot be is a <see cref="FormatException"/> that is read behind the setting's name.</remarks>
internal static partial class Settings
{
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

    private static string AuditPath(string value) =>
        value.EndsWith('/') || Directory.Exists(value) ? throw new FormatException("is a folder; name a file") : Path.GetFullPath(value);

    /// <summary>At any depth, also by another name of the folder, such as a symbolic link, and by a link to a file in it.</summary>
    private static bool IsIn(string folder, string file)
    {
        var real = Link.Target(file);
        if (file.StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal) || real.StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal))
            return true;
        var stamp = Posix.Stamp(folder);
        for (var each = Path.GetDirectoryName(real); each is not null; each = Path.GetDirectoryName(each))
        {
            if (Posix.Stamp(each) is { } above && stamp?.IsSameFileAs(above) == true)
                return true;
        }

        return false;
    }

    private static string FileName(string value) =>
        value.EndsWith(".json", StringComparison.Ordinal) && !value.StartsWith('.') && !value.Contains('/') && !value.Any(char.IsControl)
            ? value
            : throw new FormatException("is not the plain name of a .json file; the folder is set by --targets.dir");

    private static int Port(string value) =>
        int.TryParse(value, NumberStyles.None, null, out var port) && port is > 0 and <= 65535
            ? port
            : throw new FormatException("is not a port; write a number from 1 to 65535");

    private static int MetadataBytes(string value) =>
        ByteSize.TryParse(value, out var bytes) && bytes <= 16 << 20
            ? (int)bytes
            : throw new FormatException("is not a size of up to 16MiB; write it like 64KiB");

    private static double Share(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and < 1
            ? share
            : throw new FormatException("is not a share; write a number from 0, which believes any list, to below 1, such as 0.5");

    private static int Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, null, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"is not a number from {least} to {most}");

    private static Shard ShardOf(string value)
    {
        if (value.Split('/') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > Shard.Most)
        {
            throw new FormatException($"is not a shard; write I/N like 0/3, the number of the shard and how many there are (1 to {Shard.Most}), or leave it empty for all targets");
        }

        return index < count
            ? new(index, count)
            : throw new FormatException($"is a shard that there is not: they count from 0, so that the last one is {count - 1}/{count}");
    }

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

    private static TimeSpan LongEnough(string value) =>
        Duration(value) is var duration && duration >= TimeSpan.FromSeconds(1)
            ? duration
            : throw new FormatException("is shorter than 1s, in which a busy API server may well say nothing");

    /// <param name="what">May be as large as that.</param>
    private static long SizeOf(long least, string value, string what) => !ByteSize.TryParse(value, out var bytes)
        ? throw new FormatException("is not a size; write it like 64KiB, 16MiB or 2GiB")
        : bytes >= least ? bytes : throw new FormatException($"is less than {ByteSize.Text(least)}, {what}");

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"is not a number from 1 to {int.MaxValue}");

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
