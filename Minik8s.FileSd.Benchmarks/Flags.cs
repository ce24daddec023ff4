using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Minik8s.FileSd.Benchmarks;

/// <summary>Flags of more than one command, and what is wrong with a value in one line.</summary>
internal static class Flags
{
    /// <summary>More of anything would take days; what is reckoned with it stays within an <see cref="int"/>.</summary>
    private const int Most = 1_000_000;

    /// <summary>A whole number from 1 on.</summary>
    public static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        DefaultValueFactory = _ => value,
        CustomParser = given =>
        {
            var text = given.Tokens[0].Value;
            if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < 1)
                return Wrong<int>(given, $"{name} \"{text}\" is not a whole number of 1 or more, such as {value}");
            return number <= Most ? (int)number : Wrong<int>(given, $"{name} \"{text}\" is more than {Most}, the most there is");
        },
    };

    /// <summary>A number above 0; its default is 1.</summary>
    public static Option<double> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
        CustomParser = given =>
        {
            var text = given.Tokens[0].Value;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share > 0 && double.IsFinite(share)
                ? share
                : Wrong<double>(given, $"{name} \"{text}\" is not a share above 0, such as 0.02");
        },
    };

    /// <summary>What stands behind <c>--</c>.</summary>
    /// <exception cref="ArgumentException">Something that is no flag of the command stands before it.</exception>
    public static string[] Behind(ParseResult parsed, Argument<string[]> argument)
    {
        var given = parsed.GetValue(argument) ?? [];
        var behind = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        if (given.Length == behind)
            return given;
        var command = parsed.CommandResult.Command;
        throw new ArgumentException(
            $"{command.Name} has no flag {given[0]}; it has {string.Join(", ", command.Options.Where(option => !option.Hidden).Select(option => option.Name))}; those behind -- are passed on");
    }

    private static T Wrong<T>(ArgumentResult given, string message)
        where T : struct
    {
        given.AddError(message);
        return default;
    }
}
