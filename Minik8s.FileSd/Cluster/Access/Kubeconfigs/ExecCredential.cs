using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

/// <summary>What an exec plugin has printed, until it expires or the server refuses it.</summary>
/// <param name="certificate">Shown when the plugin has printed none.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore's wait handle, all that there is to dispose of, is never asked for.")]
internal sealed class ExecCredential(ExecPlugin plugin, ClientCertificate? certificate, TimeProvider time) : ICredential
{
    /// <summary>A credential is got anew so long before it expires: a request takes its time, and clocks differ.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The plugin is not run again so soon, unless the server has refused what it printed: not even when that has expired, which
    /// is what a clock that is wrong says of every credential.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private volatile Held? _held;

    public async ValueTask<Presented> GetAsync(CancellationToken stop)
    {
        if (Fresh is { } held)
            return held;
        await _one.WaitAsync(stop);
        try
        {
            if (Fresh is { } meanwhile)
                return meanwhile;
            var status = await plugin.RunAsync(stop);
            var presented = Present(status);
            _held = new Held(presented, End(time.GetUtcNow(), status.ExpirationTimestamp ?? DateTimeOffset.MaxValue));
            return presented;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <remarks>Not when another was got since: of many requests that are refused at once, only the first counts.</remarks>
    public void Refused(Presented presented)
    {
        if (_held is { } held && ReferenceEquals(held.Presented, presented))
            Interlocked.CompareExchange(ref _held, null, held);
    }

    private Presented? Fresh => _held is { } held && time.GetUtcNow() < held.End ? held.Presented : null;

    /// <summary>One that lives no longer than the margin is used until it expires: the next one would be no better.</summary>
    private static DateTimeOffset End(DateTimeOffset now, DateTimeOffset expiry)
    {
        var end = expiry - now > Margin ? expiry - Margin : expiry;
        return end > now + Pause ? end : now + Pause;
    }

    private Presented Present(ExecStatus status)
    {
        var own = status is { ClientCertificateData: { Length: > 0 } pem, ClientKeyData: { Length: > 0 } key }
            ? ClientCertificate.Parse(Encoding.ASCII.GetBytes(pem), Encoding.ASCII.GetBytes(key), plugin.Origin)
            : certificate;
        var header = status.Token is { Length: > 0 } token ? BearerToken.Header(token.Trim(), plugin.Origin) : null;
        return new Presented(header, own, header is null ? own!.Words : $"the bearer token of {plugin.Origin}");
    }

    private sealed record Held(Presented Presented, DateTimeOffset End);
}
