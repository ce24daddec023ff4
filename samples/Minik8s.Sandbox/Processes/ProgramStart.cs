namespace Minik8s.Sandbox.Processes;

/// <summary>What to start.</summary>
/// <param name="Name">How it is called on the console; also the name of its working folder and its log file.</param>
/// <param name="Path">The executable.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
internal sealed record ProgramStart(string Name, string Path, params IReadOnlyList<string> Arguments)
{
    /// <summary>Variables that it gets beside those that the sandbox has itself.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
