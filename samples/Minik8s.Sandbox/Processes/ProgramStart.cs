namespace Minik8s.Sandbox.Processes;

/// <summary>What to start.</summary>
/// <param name="Name">How it is called on the console.</param>
/// <param name="Path">The executable.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
internal sealed record ProgramStart(string Name, string Path, params IReadOnlyList<string> Arguments)
{
    private const int NameAtMost = 100;

    /// <summary>The name of its working folder and its log file. Default: its own.</summary>
    public string Files { get; init; } = Name;

    /// <summary>
    /// A name for the files of an object: its own as far as a file name may be long, and its UID, since a namespace
    /// <c>a</c> with a pod <c>b-c</c> and a namespace <c>a-b</c> with a pod <c>c</c> are not the same.
    /// </summary>
    public static string FilesOf(string name, string uid) =>
        $"{(name.Length <= NameAtMost ? name : name[..NameAtMost])}-{uid}";

    /// <summary>Variables that it gets beside those that the sandbox has itself.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
