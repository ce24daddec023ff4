using System.Globalization;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Selection;

namespace Minik8s.ApiServer.Http;

/// <summary>The query of a list or watch.</summary>
/// <param name="ResourceVersion">Null when absent or empty.</param>
/// <param name="Limit">0: no limit.</param>
internal sealed record ListOptions(
    bool Watch,
    LabelSelector Labels,
    FieldSelector Fields,
    long? ResourceVersion,
    string ResourceVersionMatch,
    TimeSpan? Timeout,
    int Limit,
    string Continue,
    bool AllowWatchBookmarks,
    bool? SendInitialEvents)
{
    /// <summary>
    /// Long-poll: a list (not a watch) that names both the last version and how long it would wait for a newer one.
    /// </summary>
    public bool IsLongPoll => !Watch && ResourceVersion is > 0 && Timeout is not null
        && Continue.Length == 0 && ResourceVersionMatch.Length == 0;

    /// <summary>A page of a version is of that very version, unless any later one is allowed by name.</summary>
    public bool IsExact => ResourceVersionMatch == "Exact" || (ResourceVersionMatch.Length == 0 && Limit > 0);

    /// <exception cref="StatusException">400 or 422.</exception>
    public static ListOptions Parse(ResourceKind kind, IQueryCollection query)
    {
        var options = new ListOptions(
            Flag(query, "watch") ?? false,
            LabelSelectorParser.Parse(query["labelSelector"].ToString()),
            FieldSelector.Parse(kind, query["fieldSelector"].ToString()),
            Version(query["resourceVersion"].ToString()),
            query["resourceVersionMatch"].ToString(),
            Number(query, "timeoutSeconds") is { } seconds and > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue / 1000)) : null,
            (int)Math.Clamp(Number(query, "limit") ?? 0, 0, int.MaxValue - 1),
            query["continue"].ToString(),
            Flag(query, "allowWatchBookmarks") ?? false,
            Flag(query, "sendInitialEvents"));
        options.Check();
        return options;
    }

    /// <summary>A flag as Kubernetes reads it: everything but <c>0</c> and <c>false</c> is true.</summary>
    public static bool? Flag(IQueryCollection query, string name) => query.TryGetValue(name, out var value)
        ? value.ToString() is not "0" && !value.ToString().Equals("false", StringComparison.OrdinalIgnoreCase)
        : null;

    public static long? Number(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw new StatusException(Status.BadRequest($"{name}: Invalid value: \"{text}\": not a whole number"));
    }

    private static long? Version(string text) =>
        text.Length == 0 ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new StatusException(Status.BadRequest($"resourceVersion: Invalid value: \"{text}\": not a version of this server"));

    private void Check()
    {
        if (Continue.Length > 0 && ResourceVersion is > 0)
        {
            throw new StatusException(Status.BadRequest("specifying resource version is not allowed when using continue"));
        }

        var match = ResourceVersionMatch;
        var wrong =
            SendInitialEvents is not null && !Watch ? ("sendInitialEvents", "sendInitialEvents is forbidden for list")
            : SendInitialEvents is not null && match != "NotOlderThan"
                ? ("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            : match.Length == 0 ? default
            : Watch && SendInitialEvents is null
                ? ("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")
            : !Watch && ResourceVersion is null
                ? ("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
            : Continue.Length > 0 ? ("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
            : match is not ("Exact" or "NotOlderThan")
                ? ("resourceVersionMatch", $"resourceVersionMatch \"{match}\" is neither Exact nor NotOlderThan")
            : match == "Exact" && ResourceVersion == 0
                ? ("resourceVersionMatch", "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"")
            : default;
        if (wrong.Item1 is { } field)
        {
            throw new StatusException(Status.Invalid("ListOptions.meta.k8s.io", "",
                [new StatusCause("FieldValueForbidden", $"Forbidden: {wrong.Item2}", field)]));
        }
    }
}
