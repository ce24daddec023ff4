using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>One frame of a watch.</summary>
internal sealed record WatchFrame(string Type, JsonObject Object)
{
    public string? Name => Object["metadata"]?["name"]?.GetValue<string>();

    public long Version => long.Parse(
        Object["metadata"]!["resourceVersion"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);

    public override string ToString() => $"{Type} {Name ?? Object["code"]?.ToJsonString() ?? Version.ToString()}";
}

/// <summary>Reads a watch frame by frame.</summary>
internal sealed class WatchReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;
    private readonly CancellationTokenSource _patience = new(ApiClient.Patience, TimeProvider.System);

    private WatchReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _lines = new StreamReader(body);
    }

    public int Code => (int)_response.StatusCode;

    /// <summary>Returns with the headers of the answer.</summary>
    public static async Task<WatchReader> OpenAsync(HttpClient http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new WatchReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> LineAsync() => await _lines.ReadLineAsync(_patience.Token);

    /// <summary>The next frame; null at the end.</summary>
    public async Task<WatchFrame?> NextAsync() => await LineAsync() is { } line ? Parse(line) : null;

    /// <summary>The next frames as "TYPE name".</summary>
    public async Task<IReadOnlyList<string>> NextAsync(int count)
    {
        var frames = new List<string>();
        while (frames.Count < count)
        {
            frames.Add((await NextAsync())?.ToString() ?? "end");
        }

        return frames;
    }

    /// <summary>All frames up to the end.</summary>
    public async Task<IReadOnlyList<WatchFrame>> RestAsync()
    {
        var frames = new List<WatchFrame>();
        while (await NextAsync() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    public static WatchFrame Parse(string line)
    {
        var frame = (JsonObject)JsonNode.Parse(line)!;
        return new WatchFrame(frame["type"]!.GetValue<string>(), (JsonObject)frame["object"]!);
    }

    public void Dispose()
    {
        _response.Dispose();
        _lines.Dispose();
        _patience.Dispose();
    }
}
