namespace Minik8s.FileSd.Web.Pages;

/// <summary>A point in time beside the present one.</summary>
internal readonly record struct Moment(DateTimeOffset At, DateTimeOffset Now)
{
    /// <summary>Such as <c>3 s ago</c>; <c>now</c> for less than a second. The page's script says it alike.</summary>
    public string Ago => (long)(Now - At).TotalSeconds switch
    {
        < 1 => "now",
        < 120 and var seconds => $"{seconds} s ago",
        < 120 * 60 and var seconds => $"{seconds / 60} min ago",
        < 48 * 3600 and var seconds => $"{seconds / 3600} h ago",
        var seconds => $"{seconds / 86400} d ago",
    };

    /// <summary>The time between both, without "ago".</summary>
    public string Span => Ago.Replace(" ago", "");
}
