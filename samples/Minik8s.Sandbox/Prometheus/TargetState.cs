namespace Minik8s.Sandbox.Prometheus;

/// <summary>What can be said of a target.</summary>
internal static class TargetState
{
    /// <summary>The last scrape worked.</summary>
    public const string Up = "up";

    /// <summary>The last scrape failed.</summary>
    public const string Down = "down";

    /// <summary>Prometheus has it and did not scrape it yet.</summary>
    public const string Unknown = "unknown";

    /// <summary>It is in the file; Prometheus takes it over within seconds.</summary>
    public const string Pending = "pending";

    /// <summary>It is in the file no more; Prometheus lets go of it within seconds.</summary>
    public const string Leaving = "leaving";
}
