namespace Minik8s.Sandbox;

/// <summary>Something the person at the terminal can act on. The message is all that is printed.</summary>
internal sealed class SandboxException(string message, int exitCode = SandboxException.Failed) : Exception(message)
{
    public const int Failed = 1;
    public const int NotRunning = 2;

    public int ExitCode { get; } = exitCode;
}
