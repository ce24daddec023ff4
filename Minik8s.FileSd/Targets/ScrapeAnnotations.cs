using System.Globalization;

namespace Minik8s.FileSd.Targets;

/// <summary>
/// The annotations by which the owner of a pod says how it is to be scraped, as is the custom. What is not valid is passed
/// over and remarked: Prometheus would drop the target without a word to the pod's owner.
/// </summary>
internal static class ScrapeAnnotations
{
    public const string Prefix = "prometheus.io/";

    /// <summary>More than these are a mistake, or an attempt to fill the file: each is a target with all labels of the pod.</summary>
    public const int MostPorts = 32;

    /// <summary>Prometheus' <c>scrape_interval</c> where none is set; a longer timeout drops the target.</summary>
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <summary>Prometheus' <c>scrape_timeout</c> where none is set; an interval below it drops the target.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A pod that asks for more would have Prometheus do little else.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>Whether the object is not to be scraped.</summary>
    public static bool IsOff(IReadOnlyDictionary<string, string>? annotations, Remarks remarks)
    {
        var scrape = Value(annotations, "scrape");
        if (scrape is null || scrape.Equals("true", StringComparison.OrdinalIgnoreCase))
            return false;
        if (scrape.Equals("false", StringComparison.OrdinalIgnoreCase))
            return true;
        remarks.Add(RemarkKind.ScrapeAnnotationInvalid, $"prometheus.io/scrape is \"{Printable.Short(scrape)}\"; write \"true\" or \"false\"");
        return false;
    }

    /// <summary>The ports that the object names, each once; null when it names none, empty when none of them is one.</summary>
    public static IReadOnlyList<int>? Ports(IReadOnlyDictionary<string, string>? annotations, Remarks remarks)
    {
        if (Value(annotations, "port") is not { } list)
            return null;
        var ports = new List<int>();
        var number = list.AsSpan().Count(',') + 1;
        if (number > MostPorts)
        {
            remarks.Add(RemarkKind.PortAnnotationInvalid, $"prometheus.io/port names {number} ports; {MostPorts} are the most");
            return ports;
        }

        foreach (var entry in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
                remarks.Add(RemarkKind.PortAnnotationInvalid, $"\"{Printable.Short(entry)}\" in prometheus.io/port is not a number from 1 to 65535");
            else if (!ports.Contains(port))
                ports.Add(port);
        }

        return ports;
    }

    /// <summary>Adds the labels by which Prometheus takes path, scheme, interval, timeout and parameters for one target.</summary>
    public static void AddTo(LabelSet labels, IReadOnlyDictionary<string, string>? annotations, Remarks remarks)
    {
        if (annotations is null)
            return;
        AddPath(labels, Value(annotations, "path"), remarks);
        AddScheme(labels, Value(annotations, "scheme"), remarks);
        AddTimes(labels, annotations, remarks);
        AddParams(labels, annotations, remarks);
    }

    private static void AddParams(LabelSet labels, IReadOnlyDictionary<string, string> annotations, Remarks remarks)
    {
        const string param = $"{Prefix}param.";
        var all = new List<OwnersLabel>();
        foreach (var (key, value) in annotations.Where(annotation => annotation.Key.StartsWith(param, StringComparison.Ordinal))
            .OrderBy(annotation => annotation.Key, StringComparer.Ordinal))
        {
            var name = key[param.Length..];
            if (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                all.Add(new($"__param_{name}", value ?? ""));
            else
                remarks.Add(RemarkKind.ParamAnnotationInvalid, $"\"{Printable.Short(name)}\" in {Printable.Short(key)} is no parameter name; write letters, digits and underscores");
        }

        labels.AddWithinLimit(all, "parameters");
    }

    private static void AddPath(LabelSet labels, string? path, Remarks remarks)
    {
        if (path is null)
            return;
        if (path.StartsWith('/') && !path.Any(c => c == '?' || char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            labels.Add("__metrics_path__", path);
        }
        else
        {
            remarks.Add(
                RemarkKind.PathAnnotationInvalid,
                $"prometheus.io/path is \"{Printable.Short(path)}\"; begin it with /, without spaces, and write parameters as prometheus.io/param.NAME");
        }
    }

    private static void AddScheme(LabelSet labels, string? scheme, Remarks remarks)
    {
        if (scheme?.ToLowerInvariant() is null or "http" or "https")
            labels.Add("__scheme__", scheme?.ToLowerInvariant());
        else
            remarks.Add(RemarkKind.SchemeAnnotationInvalid, $"prometheus.io/scheme is \"{Printable.Short(scheme)}\"; write http or https");
    }

    private static void AddTimes(LabelSet labels, IReadOnlyDictionary<string, string> annotations, Remarks remarks)
    {
        var interval = Duration("interval", RemarkKind.IntervalAnnotationInvalid);
        var timeout = Duration("timeout", RemarkKind.TimeoutAnnotationInvalid);
        if (interval?.Length < ShortestInterval)
        {
            remarks.Add(RemarkKind.IntervalAnnotationInvalid, $"prometheus.io/interval is \"{interval.Value.Text}\"; the shortest is 1s");
            interval = null;
        }

        if (timeout?.Length > interval?.Length)
        {
            remarks.Add(
                RemarkKind.TimeoutAnnotationInvalid,
                $"prometheus.io/timeout is \"{timeout.Value.Text}\", longer than the interval \"{interval.Value.Text}\"");
            timeout = null;
        }

        // The job's own times are not known here. Where they are Prometheus' defaults, a timeout alone that is longer than
        // the interval drops the target, and so does an interval alone that is shorter than the timeout.
        if (interval is null && timeout?.Length > DefaultInterval)
        {
            remarks.Add(
                RemarkKind.TimeoutAnnotationInvalid,
                $"prometheus.io/timeout is \"{timeout.Value.Text}\", longer than Prometheus' interval of 1m; write prometheus.io/interval, too");
            timeout = null;
        }

        if (timeout is null && interval?.Length < DefaultTimeout)
            timeout = interval;
        labels.Add("__scrape_interval__", interval?.Text);
        labels.Add("__scrape_timeout__", timeout?.Text);

        (string Text, TimeSpan Length)? Duration(string name, RemarkKind invalid)
        {
            if (Value(annotations, name) is not { } text)
                return null;
            if (PrometheusDuration.TryParse(text, out var length) && length > TimeSpan.Zero && length <= PrometheusDuration.Longest)
                return (text, length);
            remarks.Add(invalid, $"{Prefix}{name} is \"{Printable.Short(text)}\"; write a duration such as 30s or 1m");
            return null;
        }
    }

    /// <summary>Null when it is missing or empty, which is the same to Prometheus.</summary>
    private static string? Value(IReadOnlyDictionary<string, string>? annotations, string name) =>
        annotations is not null && annotations.TryGetValue(Prefix + name, out var value) && !string.IsNullOrEmpty(value) ? value : null;
}
