using System.Collections;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Minik8s.FileSd.Commands;

namespace Minik8s.FileSd.Options;

/// <summary>Gathers the settings: a flag wins over an environment variable, that over the configuration file.</summary>
internal sealed partial class CommandLine
{
    private readonly Option<string> _configFile = new("--config.file")
    {
        Description = "JSON file with settings, {\"api\": {\"server\": …}, …}. Flags and environment variables win over it"
            + $" [env: {Setting.VariablePrefix}CONFIG_FILE]",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Signals are the daemon's own matter: the library's exit code for them is 143.</summary>
    private static readonly InvocationConfiguration NoSignals = new() { ProcessTerminationTimeout = null };

    private readonly List<(Setting Setting, Option Option)> _options = [.. Settings.All.Select(s => (s, ToOption(s)))];
    private readonly RootCommand _root = new(
        "Follows the nodes and pods of a cluster and keeps the target files of Prometheus' file_sd_configs true to them.");

    private readonly List<(Command Command, Func<ParseResult, UserCommand> Read)> _commands = [];

    public CommandLine()
    {
        _root.Options.Add(_configFile);
        foreach (var (_, option) in _options)
            _root.Options.Add(option);
        foreach (var command in new Subcommands().Create((command, read) => _commands.Add((command, read))))
            _root.Subcommands.Add(command);
    }

    /// <summary>
    /// Calls <paramref name="run"/> with the options, or <paramref name="command"/> where one is named, or prints what was asked
    /// for (help, version) or what is wrong, one line to a fault, on standard error.
    /// </summary>
    /// <returns>The exit code: that of <paramref name="run"/> or of the command, 0 after help or version, 2 when an option is wrong.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        IDictionary environment,
        TextWriter errors,
        Func<FileSdOptions, IReadOnlyList<string>, Task<int>> run,
        Func<FileSdOptions, UserCommand, IReadOnlyList<string>, Task<int>>? command = null)
    {
        // Before it is parsed: a command with others below it and nothing to do by itself would ask for one of them.
        _root.SetAction((parsed, _) => WithOptions(parsed, null, options => run(options, UnknownVariables(environment))));
        foreach (var (each, read) in _commands)
        {
            each.SetAction((parsed, _) =>
            {
                try
                {
                    var asked = read(parsed);
                    return WithOptions(parsed, OfDaemonAlone(parsed), options => command!(options, asked, UnknownVariables(environment)));
                }
                catch (FormatException wrong)
                {
                    return WithOptions(parsed, wrong.Message, _ => Task.FromResult(2));
                }
            });
        }

        // An empty value (--pod.selector=) is one, which the parser sees only when it stands apart.
        string[] split = [.. arguments.SelectMany(a => a.StartsWith("--") && a.IndexOf('=') == a.Length - 1 ? [a[..^1], ""] : new[] { a })];
        var parsed = _root.Parse(split, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(NoSignals);
        await TellAsync(errors, parsed.Errors.Select(error => WithoutSecrets(ParseFault.Words(error, parsed), split)).Distinct());
        return 2;

        async Task<int> WithOptions(ParseResult parsed, string? wrong, Func<FileSdOptions, Task<int>> run)
        {
            List<string> problems = wrong is null ? [] : [wrong];
            var options = Gather(parsed, environment, problems);
            if (problems.Count == 0)
                return await run(options);
            await TellAsync(errors, problems);
            return 2;
        }
    }

    /// <summary>What is wrong with a flag that does nothing for a command. By a variable or the file, which both may share, it is the daemon's.</summary>
    private string? OfDaemonAlone(ParseResult parsed) =>
        _options.Any(each => each is { Setting.Name: "once", Option: Option<bool> once } && parsed.GetResult(once) is { Implicit: false } && parsed.GetValue(once))
            ? "--once is for the daemon alone: a command writes no target files; leave it out"
            : null;

    private static async Task TellAsync(TextWriter errors, IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            await errors.WriteLineAsync($"minik8s-filesd: {problem}");
        await errors.WriteLineAsync("minik8s-filesd: nothing was started; --help shows every setting");
    }

    private FileSdOptions Gather(ParseResult parsed, IDictionary environment, List<string> problems)
    {
        var configFile = parsed.GetValue(_configFile) ?? environment[Setting.VariablePrefix + "CONFIG_FILE"] as string;
        var config = ReadConfig(configFile, problems);
        var options = new FileSdOptions();
        var all = new Dictionary<string, Given>();
        foreach (var (setting, option) in _options)
        {
            var given = all[setting.Name] =
                parsed.GetResult(option) is { Implicit: false } ? new(FlagValue(parsed, option), setting.Flag, IsSet: true)
                : environment[setting.Variable] is string variable ? new(variable, setting.Variable, IsSet: true)
                : config.TryGetValue(setting.Name, out var configured) ? new(configured, $"{setting.Name} in {configFile}", IsSet: true)
                : new(setting.Default, setting.Flag, IsSet: false);
            try
            {
                options = setting.Apply(options, given.Text);
            }
            catch (FormatException wrong)
            {
                problems.Add($"{Words(given)} {wrong.Message}");
            }
        }

        if (problems.Count == 0)
            problems.AddRange(Settings.Conflicts(options, all).Select(conflict => $"{Words(all[conflict.Name])} {conflict.Problem}"));
        return options;

        static string Words(Given given) => $"{given.Origin} \"{Shown(given.Text)}\"";
    }

    /// <summary>
    /// A value as it may be shown: fit for a line, and without the secrets that an address can carry. It is no valid one, so
    /// that all before its last @ may be the password.
    /// </summary>
    private static string Shown(string value) => Printable.Of(SecretPattern().Replace(value, "${scheme}…"));

    /// <summary>Of a flag that is misspelt, the value is told as a word that means nothing.</summary>
    private static string WithoutSecrets(string message, IEnumerable<string> arguments) => Printable.Of(arguments
        .Where(argument => argument.Contains('@'))
        .Aggregate(message, (text, argument) => text.Replace(argument, SecretPattern().Replace(argument, "${scheme}…"))));

    /// <summary>An array in the file has a key for each entry.</summary>
    [GeneratedRegex(@"^(?<name>.+)\.(?<index>[0-9]{1,6})\z")]
    private static partial Regex ListEntryPattern();

    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?.*(?=@)|(?<=\?).+", RegexOptions.Singleline)]
    private static partial Regex SecretPattern();

    private static string FlagValue(ParseResult parsed, Option option) => option switch
    {
        Option<bool> @switch => parsed.GetValue(@switch) ? "true" : "false",
        Option<string[]> list => string.Join(Setting.ListSeparator, parsed.GetValue(list) ?? []),
        _ => parsed.GetValue((Option<string>)option) ?? "",
    };

    private static Dictionary<string, string> ReadConfig(string? path, List<string> problems)
    {
        var values = new Dictionary<string, string>();
        var entries = new List<(string Name, int Index, string Value)>();
        if (string.IsNullOrEmpty(path))
            return values;
        try
        {
            using var file = File.OpenRead(path);
            var config = new ConfigurationBuilder().AddJsonStream(file).Build();
            foreach (var (key, value) in config.AsEnumerable())
            {
                var name = key.Replace(':', '.');
                if (ListEntryPattern().Match(name) is { Success: true } entry
                    && Settings.All.FirstOrDefault(s => s.IsList && s.Name == entry.Groups["name"].Value) is { } list)
                {
                    entries.Add((list.Name, int.Parse(entry.Groups["index"].Value, CultureInfo.InvariantCulture), value ?? ""));
                }
                else if (Settings.All.FirstOrDefault(s => s.Name == name) is { } setting)
                {
                    if (value is null && setting.IsList && config.GetSection(key).GetChildren().Any())
                        continue;
                    if (value is null)
                        problems.Add($"{name} in {path} has no value");
                    else if (!values.TryAdd(setting.Name, value))
                        problems.Add($"{name} stands in {path} twice");
                }
                else if (value is not null || !Settings.All.Any(s => s.Name.StartsWith($"{name}.", StringComparison.Ordinal)))
                {
                    problems.Add($"{Printable.Of(name)} in {path} is no setting; --help shows them all");
                }
            }

            foreach (var list in entries.GroupBy(entry => entry.Name))
            {
                if (values.ContainsKey(list.Key))
                    problems.Add($"{list.Key} stands in {path} twice");
                if (list.Any(entry => entry.Value.Length == 0))
                    problems.Add($"{list.Key} in {path} has an empty entry");
                values[list.Key] = string.Join(Setting.ListSeparator, list.OrderBy(entry => entry.Index).Select(entry => entry.Value.Replace(",", "\\,")));
            }
        }
        catch (Exception fault) when (fault is IOException or FormatException or JsonException or UnauthorizedAccessException)
        {
            problems.Add($"--config.file \"{path}\" cannot be read: {fault.InnerException?.Message ?? fault.Message}");
        }

        return values;
    }

    /// <summary>
    /// Variables that look like settings and are none. Those that Kubernetes adds for a service called minik8s-filesd
    /// look like it, too, and are not meant.
    /// </summary>
    private static List<string> UnknownVariables(IDictionary environment) =>
    [
        .. environment.Keys.Cast<string>()
            .Where(name => name.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal)
                && name != $"{Setting.VariablePrefix}CONFIG_FILE"
                && !name.StartsWith($"{Setting.VariablePrefix}SERVICE_", StringComparison.Ordinal)
                && !name.StartsWith($"{Setting.VariablePrefix}PORT", StringComparison.Ordinal)
                && Settings.All.All(setting => setting.Variable != name))
            .Order(StringComparer.Ordinal),
    ];

    private static Option ToOption(Setting setting)
    {
        var description = setting.Help
            + (setting.IsSwitch || setting.Default.Length == 0 ? "" : $" [default: {setting.Default}]")
            + $" [env: {setting.Variable}]";
        return setting switch
        {
            { IsSwitch: true } => new Option<bool>(setting.Flag) { Description = description, Recursive = true },
            { IsList: true } => new Option<string[]>(setting.Flag) { Description = description, HelpName = setting.Placeholder, Recursive = true },
            _ => new Option<string>(setting.Flag) { Description = description, HelpName = setting.Placeholder, Recursive = true },
        };
    }
}
