namespace Minik8s.Sandbox.Processes;

/// <summary>A package of Debian.</summary>
/// <param name="Name">The package.</param>
/// <param name="Programs">What its program is called: by Debian, or by its makers.</param>
internal sealed record DebianPackage(string Name, params IReadOnlyList<string> Programs);
