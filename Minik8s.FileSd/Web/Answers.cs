using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Minik8s.FileSd.Web;

/// <summary>How anything is answered: in pieces, and to those who take them.</summary>
internal sealed class Answers(TimeProvider time)
{
    /// <summary>
    /// A piece that is not taken by then is dropped with its connection. Kestrel's own limit is a rate over all answers of a
    /// connection, by which one that is no longer read would be kept for minutes.
    /// </summary>
    public static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(5);

    /// <summary>So is an answer as a whole: while it lasts, what it tells cannot be let go. Prometheus does not wait for longer either.</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(1);

    /// <summary>Bytes that are handed over at once.</summary>
    private const int Piece = 32 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public Task TextAsync(HttpContext context, int status, string text) =>
        WriteAsync(context, status, "text/plain; charset=utf-8", Utf8.GetBytes($"{text}\n"));

    public Task HtmlAsync(HttpContext context, int status, string text) =>
        WriteAsync(context, status, "text/html; charset=utf-8", Utf8.GetBytes(text));

    public Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type) =>
        WriteAsync(context, StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(value, type));

    public Task WriteAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(context, type, body.Length, [body]);
    }

    /// <summary>What has a name for its state is not sent to who has it already.</summary>
    /// <param name="tag">Stands for the bytes: equal tags are equal bytes.</param>
    public Task TaggedAsync(HttpContext context, string tag, string type, long length, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var name = new EntityTagHeaderValue($"\"{tag}\"");
        context.Response.Headers.ETag = name.ToString();
        context.Response.Headers.CacheControl = "no-cache";
        if (!EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
            || !known.Any(each => each == EntityTagHeaderValue.Any || each.Compare(name, useStrongComparison: false)))
        {
            return WriteAsync(context, type, length, pieces);
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>Sends a part of an answer that has no end of its own.</summary>
    /// <returns>Whether it was taken; else the connection is ended.</returns>
    public async Task<bool> SendAsync(HttpContext context, string text)
    {
        using var overdue = new CancellationTokenSource(LongestWrite, time);
        return await SendAsync(context, Utf8.GetBytes(text), overdue);
    }

    private async Task WriteAsync(HttpContext context, string type, long length, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        (context.Response.ContentType, context.Response.ContentLength) = (type, length);
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        using var overdue = new CancellationTokenSource(LongestWrite, time);
        using var room = MemoryPool<byte>.Shared.Rent(Piece);
        var (began, filled) = (time.GetTimestamp(), 0);
        foreach (var piece in pieces)
        {
            for (var rest = piece; rest.Length > 0;)
            {
                var part = rest[..Math.Min(rest.Length, Piece - filled)];
                part.CopyTo(room.Memory[filled..]);
                (rest, filled) = (rest[part.Length..], filled + part.Length);
                if (filled < Piece)
                    continue;
                filled = 0;
                overdue.CancelAfter(LongestWrite);
                if (!await SendAsync(context, room.Memory[..Piece], overdue))
                    return;
                if (time.GetElapsedTime(began) > LongestAnswer)
                {
                    context.Abort();
                    return;
                }
            }
        }

        overdue.CancelAfter(LongestWrite);
        await SendAsync(context, room.Memory[..filled], overdue);
    }

    private static async Task<bool> SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationTokenSource overdue)
    {
        try
        {
            await context.Response.Body.WriteAsync(bytes, overdue.Token);
            if (!context.RequestAborted.IsCancellationRequested)
                return true;
        }
        catch (OperationCanceledException) when (overdue.IsCancellationRequested)
        {
            // Nobody takes it.
        }

        context.Abort();
        return false;
    }
}
