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
catch (SandboxException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return fault.ExitCode;
}
