namespace Minik8s.FileSd.Telemetry;

/// <summary>Label values are written as Prometheus writes names: <c>PodNotRunning</c> becomes <c>pod_not_running</c>.</summary>
internal static class SnakeCase
{
    public static string Of<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
