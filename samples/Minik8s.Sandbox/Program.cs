using Minik8s.Sandbox;

try
{
    // Signals are RunCommand's matter: it needs longer than the library's two seconds to end what it started.
    return await CommandLine.Root().Parse(args).InvokeAsync(new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    });
}
catch (Exception fault) when (fault is SandboxException or IOException or UnauthorizedAccessException)
{
    try
    {
        await Console.Error.WriteLineAsync(fault.Message);
    }
    catch (IOException)
    {
        // The terminal was closed.
    }

    return (fault as SandboxException)?.ExitCode ?? SandboxException.Failed;
}
