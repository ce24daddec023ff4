using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>Runs the cases one after the other and tells the figures.</summary>
internal static class LoadRun
{
    /// <returns>
    /// 0 when all was measured, whatever the figures are; 1 when something could not be, or could not be written; 2 when it
    /// cannot be begun; <see cref="Ending.ExitCode"/> when it was ended.
    /// </returns>
    public static async Task<int> RunAsync(LoadSettings settings, string? json, string? document)
    {
        try
        {
            var place = await BeginAsync(settings, json, document);
            var (figures, failed) = await MeasureAsync(settings, isTold: json != "-");
            var isWritten = await WriteAsync(figures, failed, settings, place, json, document);
            return failed.Count == 0 && isWritten ? 0 : 1;
        }
        catch (OperationCanceledException) when (settings.Stop.IsCancellationRequested)
        {
            await Ending.TellAsync();
            return Ending.ExitCode;
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return 2;
        }
    }

    /// <exception cref="ArgumentException">The settings are wrong, and how.</exception>
    /// <exception cref="IOException">The document has no place for the table, or a file cannot be written.</exception>
    private static async Task<DocumentPlace?> BeginAsync(LoadSettings settings, string? json, string? document)
    {
        if (settings.Cases.Except(LoadCases.All.Select(each => each.Name)).ToList() is { Count: > 0 } unknown)
            throw new ArgumentException($"there is no case {string.Join(", ", unknown)}; there are {string.Join(", ", LoadCases.All.Select(each => each.Name))}");
        foreach (var each in Chosen(settings))
        {
            if (each.Program is { } program && !Programs.IsOnPath(program))
                throw new ArgumentException($"the case {each.Name} needs {program}: samples/debian-packages.sh {program} installs it");
        }

        if (document is not null && settings.Cases.Count > 0)
            throw new ArgumentException("--document takes the place of the whole table: it goes without --case");
        if (json is not (null or "-"))
            WritableFile.Check(json, "--json");
        var place = document is null ? null : new DocumentPlace(document, "load");
        await Programs.CheckDaemonAsync(settings.Binary, settings.Stop);
        return place;
    }

    private static async Task<(List<Figure> Figures, List<string> Failed)> MeasureAsync(LoadSettings settings, bool isTold)
    {
        var (figures, failed) = (new List<Figure>(), new List<string>());
        foreach (var (name, _, run) in Chosen(settings))
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
                if (Ending.IsAskedFor(settings.Stop))
                    throw new OperationCanceledException("a case was cut off", fault, settings.Stop);
                await Console.Error.WriteLineAsync($"{name} could not be measured: {fault.Message}");
                failed.Add(name);
            }

            if (isTold)
                Console.Write(Report.Text(own));
            figures.AddRange(own);
        }

        return (figures, failed);
    }

    /// <summary>The document first: it has the longest run behind it.</summary>
    private static async Task<bool> WriteAsync(
        List<Figure> figures, List<string> failed, LoadSettings settings, DocumentPlace? place, string? json, string? document)
    {
        try
        {
            if (place is not null && failed.Count == 0)
                await place.ReplaceAsync(Report.Markdown(figures, settings));
            else if (place is not null)
                await Console.Error.WriteLineAsync($"{document} is as it was: it would lack {string.Join(", ", failed)}");
            var text = JsonSerializer.Serialize(figures, FigureJson.Default.ListFigure);
            if (json == "-")
                Console.WriteLine(text);
            else if (json is not null)
                await File.WriteAllTextAsync(json, text + "\n");
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"measured, and not written: {fault.Message}");
            return false;
        }
    }

    private static IEnumerable<LoadCase> Chosen(LoadSettings settings) =>
        LoadCases.All.Where(each => settings.Cases.Count == 0 || settings.Cases.Contains(each.Name));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<Figure>))]
internal sealed partial class FigureJson : JsonSerializerContext;
