using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Minik8s.Sandbox.Acceptance.Screenshots;

/// <summary>
/// One page of a browser, told what to do by the browser's own protocol for that:
/// https://chromedevtools.github.io/devtools-protocol/. One call at a time.
/// </summary>
internal sealed class DevTools : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonNode> _events = [];
    private int _calls;

    private DevTools() => _socket.Options.Proxy = null;

    /// <param name="profile">The browser's <c>--user-data-dir</c>, where it writes the port that it has chosen.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Its only page; null when the browser is not as far yet.</returns>
    public static async Task<DevTools?> ConnectAsync(string profile, CancellationToken cancellationToken)
    {
        var portFile = Path.Combine(profile, "DevToolsActivePort");
        if (!File.Exists(portFile) || await File.ReadAllLinesAsync(portFile, cancellationToken) is not [var port, _])
        {
            return null;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var open = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list"), cancellationToken))!.AsArray();
        if (open.FirstOrDefault(target => (string?)target!["type"] == "page") is not { } page)
        {
            return null;
        }

        var tools = new DevTools();
        try
        {
            await tools._socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), cancellationToken);
            return tools;
        }
        catch
        {
            tools.Dispose();
            throw;
        }
    }

    /// <exception cref="SandboxException">The browser refuses.</exception>
    public async Task<JsonNode> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var id = ++_calls;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(
            Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            if ((int?)message["id"] != id)
            {
                _events.Add(message);
            }
            else if (message["error"] is { } error)
            {
                throw new SandboxException($"The browser does not do {method}: {error["message"]}");
            }
            else
            {
                return message["result"]!;
            }
        }
    }

    /// <summary>Waits for an event, unless there has been one already.</summary>
    public async Task WaitForAsync(string method, Func<JsonNode, bool> isIt, CancellationToken cancellationToken)
    {
        while (!_events.Exists(happened => (string?)happened["method"] == method && isIt(happened["params"]!)))
        {
            _events.Add(await ReceiveAsync(cancellationToken));
        }
    }

    /// <summary>Events that have come in while anything was called or waited for, the oldest first.</summary>
    public IEnumerable<JsonNode> Happened() => _events;

    public void Dispose() => _socket.Dispose();

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return part.MessageType == WebSocketMessageType.Close
            ? throw new SandboxException("The browser has ended.")
            : JsonNode.Parse(message.ToArray())!;
    }
}
