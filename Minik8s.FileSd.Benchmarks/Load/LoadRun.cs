using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>Runs the cases one after the other and tells the figures.</summary>
internal static class LoadRun
{
    /// <returns>0 when all was measured, whatever the figures are; 1 when something could not be; 2 when it cannot be begun.</returns>
    public static async Task<int> RunAsync(LoadSettings settings, string? json, string? document)
    {
        DocumentPlace? place;
        try
        {
            place = Begin(settings, document);
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }

        var (figures, failed) = (new List<Figure>(), new List<string>());
        foreach (var (name, run) in LoadCases.All.Where(each => settings.Cases.Count == 0 || settings.Cases.Contains(each.Name)))
        {
            await Console.Error.WriteLineAsync($"{name} …");
            var own = new List<Figure>();
            try
            {
                await foreach (var figure in run(settings))
                    own.Add(figure with { Case = name });
            }
            catch (Exception fault) when (fault is InvalidOperationException or TimeoutException or IOException or HttpRequestException or Win32Exception)
            {
                await Console.Error.WriteLineAsync($"{name} could not be measured: {fault.Message}");
                failed.Add(name);
            }

            if (json != "-")
                Console.Write(Report.Text(own));
            figures.AddRange(own);
        }

        if (json is not null)
        {
            var text = JsonSerializer.Serialize(figures, FigureJson.Default.ListFigure);
            if (json == "-")
                Console.WriteLine(text);
            else
                await File.WriteAllTextAsync(json, text + "\n");
        }

        if (place is not null && failed.Count == 0)
            await place.ReplaceAsync(Report.Markdown(figures, settings));
        else if (place is not null)
            await Console.Error.WriteLineAsync($"{document} is as it was: it would lack {string.Join(", ", failed)}");
        return failed.Count > 0 ? 1 : 0;
    }

    /// <exception cref="ArgumentException">The settings are wrong, and how.</exception>
    /// <exception cref="IOException">The document has no place for the table.</exception>
    private static DocumentPlace? Begin(LoadSettings settings, string? document)
    {
        if (settings.Cases.Except(LoadCases.All.Select(each => each.Name)).ToList() is { Count: > 0 } unknown)
            throw new ArgumentException($"there is no case {string.Join(", ", unknown)}; there are {string.Join(", ", LoadCases.All.Select(each => each.Name))}");
        if (!File.Exists(settings.Binary))
            throw new ArgumentException($"there is no {settings.Binary}; at the root of the repository, dotnet publish Minik8s.FileSd -c Release --use-current-runtime -o artifacts/native makes it");
        if (document is not null && settings.Cases.Count > 0)
            throw new ArgumentException("--document takes the place of the whole table: it goes without --case");
        return document is null ? null : new DocumentPlace(document, "load");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<Figure>))]
internal sealed partial class FigureJson : JsonSerializerContext;
