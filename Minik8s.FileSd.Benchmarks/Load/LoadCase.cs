namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>One of the cases that <c>load</c> measures.</summary>
/// <param name="Name">As <c>--case</c> has it.</param>
/// <param name="Program">What it needs on the <c>PATH</c>; null for nothing. Debian's package is of the same name.</param>
internal sealed record LoadCase(string Name, string? Program, Func<LoadSettings, IAsyncEnumerable<Figure>> Run);
