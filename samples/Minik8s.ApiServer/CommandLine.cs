using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Minik8s.ApiServer;

/// <summary>The flags of the process.</summary>
internal static class CommandLine
{
    private const int MaxHistory = 1_000_000;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    public const string Help = """
        Minik8s.ApiServer: a small Kubernetes-compatible API server for nodes and pods, in memory.

        Usage: Minik8s.ApiServer [flags]

          --listen ADDRESS:PORT      where to listen; port 0 takes a free one (127.0.0.1:8080)
          --classic-address ADDRESS:PORT
                                     tell the same nodes and pods as the original Minik8s does, there, on loopback (nowhere)
          --token TOKEN              ask for this bearer token (none)
          --tls-cert FILE            serve TLS with this certificate (PEM) ...
          --tls-key FILE             ... and its private key (PEM)
          --history N                events remembered for watches and pages (10000)
          --bookmark-interval TIME   how often a watch that allows bookmarks gets one: 500ms, 10s, 2m (60s)
          --expired-as-status        refuse a watch from a compacted version with status 410, not with an ERROR event
          --hold-watch-headers       send the headers of a watch only with its first event
          --faults                   serve /faults, which lets anyone who reaches the server break it
          --verbose                  a line for every request on stderr
          --help                     this text
        """;

    /// <exception cref="FormatException">A flag is wrong; the message is one line for the user.</exception>
    public static ApiServerOptions Parse(IReadOnlyList<string> args, TextWriter requestLog)
    {
        var options = new ApiServerOptions { Listen = new IPEndPoint(IPAddress.Loopback, 8080), RecordRequests = false };
        string? certificate = null;
        string? key = null;
        for (var i = 0; i < args.Count; i++)
        {
            var (flag, value) = args[i].Split('=', 2) is [var name, var given] ? (name, given) : (args[i], null);
            string Value() => value ?? (i + 1 < args.Count ? args[++i] : throw new FormatException($"{flag} needs a value"));
            bool On() => value is null ? true : throw new FormatException($"{flag} takes no value");
            switch (flag)
            {
                case "--listen": options = options with { Listen = Address(flag, Value()) }; break;
                case "--classic-address": options = options with { ClassicListen = Loopback(flag, Address(flag, Value())) }; break;
                case "--token": options = options with { Token = Value() }; break;
                case "--tls-cert": certificate = Value(); break;
                case "--tls-key": key = Value(); break;
                case "--history": options = options with { History = Count(flag, Value()) }; break;
                case "--bookmark-interval": options = options with { BookmarkInterval = Duration(flag, Value()) }; break;
                case "--expired-as-status": options = options with { ExpiredAsStatus = On() }; break;
                case "--hold-watch-headers": options = options with { HoldWatchHeaders = On() }; break;
                case "--faults": options = options with { FaultsOverHttp = On(), RecordRequests = true }; break;
                case "--verbose": options = options with { RequestLog = On() ? requestLog : null }; break;
                default: throw new FormatException($"unknown flag {args[i]}; --help lists them");
            }
        }

        return (certificate, key) switch
        {
            (null, null) => options,
            ({ } cert, { } privateKey) => options with { Certificate = Load(cert, privateKey) },
            _ => throw new FormatException("--tls-cert and --tls-key go together"),
        };
    }

    private static IPEndPoint Address(string flag, string text) =>
        IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var address) && text.Contains(':')
            ? address
            : throw new FormatException($"{flag} wants an address and a port, like 127.0.0.1:8080, not \"{text}\"");

    private static IPEndPoint Loopback(string flag, IPEndPoint address) => IPAddress.IsLoopback(address.Address)
        ? address
        : throw new FormatException($"{flag} wants an address of loopback, like 127.0.0.1:8090, not {address}");

    private static int Count(string flag, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MaxHistory
            ? count
            : throw new FormatException($"{flag} wants a number from 1 to {MaxHistory}, not \"{text}\"");

    private static TimeSpan Duration(string flag, string text)
    {
        var (number, unit) = text switch
        {
            [.. var digits, 'm', 's'] => (digits, TimeSpan.FromMilliseconds(1)),
            [.. var digits, 's'] => (digits, TimeSpan.FromSeconds(1)),
            [.. var digits, 'm'] => (digits, TimeSpan.FromMinutes(1)),
            _ => ("", TimeSpan.Zero),
        };
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count * unit <= LongestInterval
            ? count * unit
            : throw new FormatException($"{flag} wants a time up to a day, like 500ms, 10s or 2m, not \"{text}\"");
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"--tls-cert {certificate} with --tls-key {key} cannot be read: {unreadable.Message}");
        }
    }
}
