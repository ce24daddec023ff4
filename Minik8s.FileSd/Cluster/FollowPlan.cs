namespace Minik8s.FileSd.Cluster;

/// <summary>By what a stream is followed: as well as the server lets it.</summary>
internal sealed class FollowPlan(FollowRules rules, TimeProvider time)
{
    private long _listed;

    public FollowMode Mode { get; private set; } = Best(rules);

    public TimeSpan PollInterval => rules.PollInterval;

    /// <summary>Why it is not followed in a better way; null when there is none or none was tried.</summary>
    private string? Refusal { get; set; }

    /// <summary>A watch was asked for, and nothing else will do.</summary>
    public bool WantsWatch => rules.Mode == FollowMode.Watch;

    /// <summary>To be read behind "by".</summary>
    public string Words => Mode switch
    {
        FollowMode.Watch => "a watch",
        FollowMode.LongPoll => $"long-polls{Because}",
        _ => $"polling every {rules.PollInterval.TotalSeconds:0.###} s{Because}",
    };

    private string Because => Refusal is null ? "" : $": the server has no {(Best(rules) == FollowMode.Watch ? "watch" : "long-poll")} ({Refusal})";

    /// <summary>Everything was listed anew, and not as one poll among many.</summary>
    public void Listed() => _listed = time.GetTimestamp();

    /// <summary>When the next whole list is due, as a timestamp; null for never.</summary>
    public long? RelistDue(Dialect dialect) =>
        (rules.RelistInterval ?? (Mode == FollowMode.Watch && dialect == Dialect.Kubernetes ? TimeSpan.Zero : FollowRules.DefaultRelistInterval))
            is { Ticks: > 0 } interval
            ? _listed + (long)(interval.TotalSeconds * time.TimestampFrequency)
            : null;

    /// <summary>The server does not have the present mode: the next one is tried.</summary>
    /// <returns>False when no other is wanted.</returns>
    public bool FallBack(string refusal)
    {
        if (WantsWatch)
            return false;
        Refusal ??= refusal;
        Mode++;
        return true;
    }

    /// <summary>Things may have changed: the best is tried again.</summary>
    public void TryBest() => (Mode, Refusal) = (Best(rules), null);

    private static FollowMode Best(FollowRules rules) => rules.Mode ?? FollowMode.Watch;
}
