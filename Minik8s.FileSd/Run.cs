namespace Minik8s.FileSd;

/// <summary>This run of the daemon.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Started">When it began.</param>
internal sealed record Run(string Version, DateTimeOffset Started);
