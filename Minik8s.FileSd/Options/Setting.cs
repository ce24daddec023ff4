using System.Text.RegularExpressions;

namespace Minik8s.FileSd.Options;

/// <summary>One thing that can be set: by flag, environment variable or configuration file.</summary>
/// <param name="Name">Of the flag, without the dashes, and of the configuration key.</param>
/// <param name="Placeholder">What stands for the value in the help; empty for a switch, whose value is true or false.</param>
/// <param name="Default">As it would be written; empty for none.</param>
/// <param name="Help">One sentence, without a full stop.</param>
/// <param name="IsList">Takes several values: comma-separated, or the flag repeated. <c>\,</c> is a comma in a value.</param>
/// <param name="Apply">Parses the value. A <see cref="FormatException"/> says what is wrong and how to put it right.</param>
internal sealed partial record Setting(
    string Name, string Placeholder, string Default, string Help, Func<FileSdOptions, string, FileSdOptions> Apply, bool IsList = false)
{
    public const string VariablePrefix = "MINIK8S_FILESD_";

    public string Flag => $"--{Name}";

    public string Variable => VariablePrefix + Name.Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    /// <summary>Stands between the values of a list that are given one by one, and in none of them.</summary>
    public const char ListSeparator = '\n';

    /// <summary>The values of a list.</summary>
    public static IReadOnlyList<string> Split(string list) => list.Length == 0 ? [] :
    [
        .. list.Split(ListSeparator).SelectMany(given => Separator().Split(given)).Select(value => value.Replace("\\,", ",").Trim()),
    ];

    public bool IsSwitch => Placeholder.Length == 0;

    [GeneratedRegex(@"(?<!\\),")]
    private static partial Regex Separator();
}
