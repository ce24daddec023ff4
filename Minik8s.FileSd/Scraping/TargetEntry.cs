using System.Globalization;
using System.Text.Json;

namespace Minik8s.FileSd.Scraping;

/// <summary>What is kept of a target in the answer to <c>api/v1/targets</c>. What is null it does not tell, or not as a text.</summary>
/// <param name="File">Path of the target file that it is from; null where it is from none.</param>
/// <param name="Url">Address that was asked for it; likewise.</param>
/// <param name="Pool">Older versions do not tell it of a dropped target, of which <paramref name="Job"/> says the same.</param>
internal record struct TargetEntry(
    string? Address, string? File, string? Url, string? Job, string? Pool, ScrapeHealth Health, string? Error, DateTimeOffset? LastScrape)
{
    /// <param name="reader">Stands at the beginning of a whole object.</param>
    public static TargetEntry Read(ref Utf8JsonReader reader)
    {
        var found = new TargetEntry();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("discoveredLabels"u8))
                Labels(ref reader, ref found);
            else if (reader.ValueTextEquals("scrapePool"u8))
                found.Pool = Text(ref reader);
            else if (reader.ValueTextEquals("lastError"u8))
                found.Error = Text(ref reader);
            else if (reader.ValueTextEquals("health"u8))
                found.Health = Text(ref reader) switch { "up" => ScrapeHealth.Up, "down" => ScrapeHealth.Down, _ => ScrapeHealth.Unknown };
            else if (reader.ValueTextEquals("lastScrape"u8))
                found.LastScrape = Time(Text(ref reader));
            else
                reader.TrySkip();
        }

        return found;
    }

    private static void Labels(ref Utf8JsonReader reader, ref TargetEntry found)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("__address__"u8))
                found.Address = Text(ref reader);
            else if (reader.ValueTextEquals("__meta_filepath"u8))
                found.File = Text(ref reader);
            else if (reader.ValueTextEquals("__meta_url"u8))
                found.Url = Text(ref reader);
            else if (reader.ValueTextEquals("job"u8))
                found.Job = Text(ref reader);
            else
                reader.TrySkip();
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.TrySkip();
        return null;
    }

    /// <summary>Null for the year 1, which stands for never.</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time : null;
}
