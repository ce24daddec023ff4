using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Http;

/// <summary>Where the next page of a list begins, and which version of the store all its pages show.</summary>
/// <param name="Version">-1: the newest; what the token of an expired list is answered with.</param>
/// <param name="From">The first key that may follow.</param>
internal sealed record ContinueToken(long Version, string From)
{
    private const string Format = "meta.k8s.io/v1";

    /// <summary>The token of the page after the one that ended with this key.</summary>
    public static ContinueToken After(long version, string lastKey) => new(version, lastKey + '\0');

    /// <exception cref="StatusException">400: it is not one of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        JsonNode? token;
        try
        {
            token = ObjectJson.Parse(Base64Url.DecodeFromChars(text.TrimEnd('=')));
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            throw Invalid(unreadable.Message);
        }

        var format = ObjectJson.Text(token, "v");
        return format != Format
            ? throw Invalid($"server does not recognize this encoded version \"{format}\"")
            : ObjectJson.Number(token, "rv") is { } version and not 0 && ObjectJson.Text(token, "start") is ['/', .. var from]
                ? new ContinueToken(version, from)
                : throw Invalid($"incorrect encoded start resourceVersion (version {Format})");
    }

    public override string ToString()
    {
        var token = new JsonObject { ["v"] = Format, ["rv"] = Version, ["start"] = "/" + From };
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token.ToJsonString()));
    }

    private static StatusException Invalid(string why) =>
        new(Status.BadRequest($"invalid continue token: continue key is not valid: {why}"));
}
