using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using k8s.KubeConfigModels;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>
/// A program that prints a credential. The library's own runner is not used: it joins arguments by spaces, waits without
/// reading what is printed, blocks a thread, and cannot be stopped.
/// </summary>
/// <param name="command">A path, or a name that is searched for in PATH.</param>
/// <param name="request">For the variable KUBERNETES_EXEC_INFO.</param>
/// <param name="origin">Whose plugin it is.</param>
internal sealed class ExecPlugin(
    string command,
    IReadOnlyList<string> arguments,
    IReadOnlyList<KeyValuePair<string, string>> environment,
    ExecObject request,
    string? installHint,
    string origin,
    TimeProvider time)
{
    /// <summary>A plugin that has not ended after so long is ended.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// So long after a plugin has ended, what it printed has been read. The end of its output is not waited for: what it has
    /// left running may hold that open.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private const int LongestOutput = 1024 * 1024;

    public string Origin => $"the exec plugin {Printable.Of(command)} of {origin}";

    /// <exception cref="AccessException">It is not described as it must be.</exception>
    public static ExecPlugin Of(ExternalExecution exec, KubeconfigFile file, string origin, KubeconfigEndpoint endpoint, TimeProvider time)
    {
        if (exec.Command is not { Length: > 0 } command)
            throw new AccessException($"the exec plugin of {origin} has no command");
        if (exec.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw new AccessException($"the exec plugin of {origin} has an apiVersion other than client.authentication.k8s.io/v1 or v1beta1");
        return new ExecPlugin(
            command.Contains('/') ? file.FullPath(command) : command,
            [.. exec.Arguments ?? []],
            [.. (exec.EnvironmentVariables ?? []).Select(entry => KeyValuePair.Create(
                entry.GetValueOrDefault("name") ?? throw new AccessException($"the exec plugin of {origin} has an env entry without a name"),
                entry.GetValueOrDefault("value") ?? ""))],
            new ExecObject(exec.ApiVersion, "ExecCredential", new ExecSpec(false, exec.ProvideClusterInfo ? endpoint.ForPlugin() : null)),
            exec.InstallHint,
            origin,
            time);
    }

    /// <exception cref="AccessException">It printed no credential. What it printed is in no text: that may be a secret.</exception>
    public async Task<ExecStatus> RunAsync(CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        using var child = Start();
        var process = child.Process;
        try
        {
            process.StandardInput.Close();
            var printed = await OutputAsync(process, either.Token);
            return process.ExitCode == 0
                ? Credential(printed)
                : throw Fault($"ended with exit code {process.ExitCode}; run it by hand, as the user of this program, to see what it says");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Fault($"had not ended after {Limit.TotalSeconds:0} s and was ended; it must not wait for anybody");
        }
    }

    private ChildProcess Start()
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = JsonSerializer.Serialize(request, ExecJson.Default.ExecObject);
        try
        {
            return ChildProcess.Start(start);
        }
        catch (Win32Exception fault)
        {
            var hint = installHint is { Length: > 0 } ? $"; its kubeconfig says: {Printable.Of(installHint.Trim())}" : "";
            throw Fault($"cannot be started: {new Win32Exception(fault.NativeErrorCode).Message}{hint}");
        }
    }

    /// <returns>What it has printed, when it has ended.</returns>
    private async Task<byte[]> OutputAsync(Process process, CancellationToken stop)
    {
        using var grace = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, stop);
        await using var output = process.StandardOutput.BaseStream;
        await using var errors = process.StandardError.BaseStream;
        try
        {
            _ = errors.CopyToAsync(Stream.Null, either.Token);
            var reading = ReadAsync();
            var ending = process.WaitForExitAsync(stop);
            await await Task.WhenAny(reading, ending);
            await ending;
            grace.CancelAfter(Grace);
            return await reading;
        }
        finally
        {
            await grace.CancelAsync();
        }

        async Task<byte[]> ReadAsync()
        {
            var bytes = new byte[LongestOutput];
            var length = 0;
            try
            {
                while (await output.ReadAsync(bytes.AsMemory(length), either.Token) is > 0 and var count)
                {
                    length += count;
                    if (length == bytes.Length)
                        throw Fault("printed more than 1 MiB");
                }
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                // It is whole, or no JSON.
            }

            return bytes[..length];
        }
    }

    private ExecStatus Credential(byte[] printed)
    {
        ExecObject? answer;
        try
        {
            answer = JsonSerializer.Deserialize(printed, ExecJson.Default.ExecObject);
        }
        catch (JsonException)
        {
            throw Fault("printed something else than the JSON of an ExecCredential");
        }

        if (answer is not { Kind: "ExecCredential" } || answer.ApiVersion != request.ApiVersion)
            throw Fault($"printed something else than an ExecCredential of {request.ApiVersion}");
        return answer.Status is { Token.Length: > 0 } or { ClientCertificateData.Length: > 0, ClientKeyData.Length: > 0 }
            ? answer.Status
            : throw Fault("printed neither a token nor a client certificate with its key");
    }

    private AccessException Fault(string problem) => new($"{Origin} {problem}");
}
