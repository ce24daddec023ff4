namespace Minik8s.FileSd.Benchmarks.Micro;

/// <summary>Among how many targets a step is measured.</summary>
internal static class TargetCount
{
    public const int Small = 1_000;
    public const int Medium = 10_000;
    public const int Large = 100_000;
}
