using System.CommandLine;
using System.CommandLine.Parsing;

namespace Minik8s.FileSd.Options;

/// <summary>What the parser of the command line does not take, in words that say how to put it right.</summary>
internal static class ParseFault
{
    public static string Words(ParseError error, ParseResult parsed) => error.SymbolResult switch
    {
        OptionResult { IdentifierTokenCount: > 1 and var times, Option: var option } when option is not Option<string[]> =>
            $"{option.Name} was given {(times == 2 ? "twice" : $"{times} times")}; give it once",
        _ when parsed.UnmatchedTokens.FirstOrDefault(token => error.Message.Contains($"'{token}'")) is { } unknown
            && Spelling.Nearest(unknown.Split('=')[0], Known(parsed.CommandResult)) is { } meant => $"{error.Message.TrimEnd('.')}; did you mean {meant}?",
        _ => error.Message,
    };

    /// <summary>Flags of the command and of those above it, and the commands below it.</summary>
    private static List<string> Known(CommandResult command)
    {
        List<string> known = [.. command.Command.Subcommands.Concat<Symbol>(command.Command.Options).Select(each => each.Name)];
        for (var above = command.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
            known.AddRange(above.Command.Options.Where(option => option.Recursive).Select(option => option.Name));
        return known;
    }
}
