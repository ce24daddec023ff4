using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Minik8s.ApiServer;

/// <summary>How a server is set up.</summary>
internal sealed record ApiServerOptions
{
    /// <summary>Where to listen. Port 0 takes a free one. Default: a free port of 127.0.0.1.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>
    /// Where else to listen, and to tell the same objects as the original Minik8s does: in clear text and without a token,
    /// as there. Port 0 takes a free one. Default: nowhere.
    /// </summary>
    public IPEndPoint? ClassicListen { get; init; }

    /// <summary>The bearer token that requests must carry. Default: none is asked for.</summary>
    public string? Token { get; init; }

    /// <summary>Certificate with private key to serve TLS with. Default: plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How many events are remembered for watches and pages. Default: 10,000.</summary>
    public int History { get; init; } = 10_000;

    /// <summary>How often a watch that allows bookmarks gets one. Default: 1 minute.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Refuse a watch from a compacted version with status 410 instead of 200 and an ERROR event. Real servers do either.
    /// Default: false.
    /// </summary>
    public bool ExpiredAsStatus { get; init; }

    /// <summary>Send the headers of a watch only with its first event, as some real servers do. Default: false.</summary>
    public bool HoldWatchHeaders { get; init; }

    /// <summary>Serve <c>/faults</c>, which lets anyone who reaches the server break it. Default: false.</summary>
    public bool FaultsOverHttp { get; init; }

    /// <summary>Keep the last requests, for a test in the same process or on <c>/faults</c>. Default: true.</summary>
    public bool RecordRequests { get; init; } = true;

    /// <summary>Where a line for every request goes. Default: nowhere.</summary>
    public TextWriter? RequestLog { get; init; }

    /// <summary>Where a line for every mistake of the server goes. Default: stderr.</summary>
    public TextWriter ErrorLog { get; init; } = Console.Error;

    /// <summary>The clock of timestamps, grace periods, bookmarks and timeouts. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
