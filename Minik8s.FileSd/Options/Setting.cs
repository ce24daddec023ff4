namespace Minik8s.FileSd.Options;

/// <summary>One thing that can be set: by flag, environment variable or configuration file.</summary>
/// <param name="Name">Of the flag, without the dashes, and of the configuration key.</param>
/// <param name="Placeholder">What stands for the value in the help; empty for a switch, whose value is true or false.</param>
/// <param name="Default">As it would be written; empty for none.</param>
/// <param name="Help">One sentence, without a full stop.</param>
/// <param name="Apply">Parses the value. A <see cref="FormatException"/> says what is wrong and how to put it right.</param>
internal sealed record Setting(
    string Name, string Placeholder, string Default, string Help, Func<FileSdOptions, string, FileSdOptions> Apply)
{
    public const string VariablePrefix = "MINIK8S_FILESD_";

    public string Flag => $"--{Name}";

    public string Variable => VariablePrefix + Name.Replace('.', '_').Replace('-', '_').ToUpperInvariant();

    public bool IsSwitch => Placeholder.Length == 0;
}
