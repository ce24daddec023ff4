namespace Minik8s.Sandbox.Prometheus;

/// <summary>One series and its current value.</summary>
internal sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);
