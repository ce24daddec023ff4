using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minik8s.FileSd.Benchmarks.Load;

/// <summary>Runs the cases one after the other and tells the figures.</summary>
internal static class LoadRun
{
    /// <returns>0 when all was measured, whatever the figures are; 1 when something could not be; 2 when a case does not exist.</returns>
    public static async Task<int> RunAsync(LoadSettings settings, string? json, string? document)
    {
        var unknown = settings.Cases.Except(LoadCases.All.Select(each => each.Name)).ToList();
        if (unknown.Count > 0 || !File.Exists(settings.Binary))
        {
            await Console.Error.WriteLineAsync(unknown.Count > 0
                ? $"there is no case {string.Join(", ", unknown)}; there are {string.Join(", ", LoadCases.All.Select(each => each.Name))}"
                : $"there is no {settings.Binary}; dotnet publish Minik8s.FileSd -c Release --use-current-runtime -o artifacts/native makes it");
            return 2;
        }

        var figures = new List<Figure>();
        var failed = false;
        foreach (var (name, run) in LoadCases.All.Where(each => settings.Cases.Count == 0 || settings.Cases.Contains(each.Name)))
        {
            await Console.Error.WriteLineAsync($"{name} …");
            try
            {
                await foreach (var figure in run(settings))
                    figures.Add(figure);
            }
            catch (Exception fault) when (fault is InvalidOperationException or TimeoutException or IOException or HttpRequestException)
            {
                await Console.Error.WriteLineAsync($"{name} could not be measured: {fault.Message}");
                failed = true;
            }
        }

        if (json != "-")
            Console.Write(Report.Text(figures));
        if (json is not null)
        {
            var text = JsonSerializer.Serialize(figures, FigureJson.Default.ListFigure);
            if (json == "-")
                Console.WriteLine(text);
            else
                await File.WriteAllTextAsync(json, text + "\n");
        }

        if (document is not null)
            await Report.ReplaceAsync(document, figures);
        return failed ? 1 : 0;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<Figure>))]
internal sealed partial class FigureJson : JsonSerializerContext;
