namespace Minik8s.FileSd.Cluster;

/// <summary>Why everything is listed. The names, in snake case, are label values of the metrics.</summary>
internal enum ListReason
{
    /// <summary>Nothing was listed yet.</summary>
    Start,

    /// <summary>The server does not have the version from which it was to go on.</summary>
    Expired,

    /// <summary>A watch failed or ended in a way after which it cannot be resumed.</summary>
    CannotResume,

    /// <summary>What is known is checked: after an outage, after a list that was silent about a few targets, or after long silence.</summary>
    Check,

    /// <summary>It is listed again every so often, as <c>--api.relist-interval</c> says.</summary>
    Interval,

    /// <summary>The last list was doubted.</summary>
    Doubt,

    /// <summary>There is no watch: changes are learnt by lists.</summary>
    Poll,
}
