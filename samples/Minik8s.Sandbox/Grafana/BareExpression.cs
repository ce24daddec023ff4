using System.Text.RegularExpressions;

namespace Minik8s.Sandbox.Grafana;

/// <summary>
/// An expression without its end that makes a want of data and a good state look alike: <c>or vector(0)</c>, which always
/// yields a number, and before it <c>== 0</c> or the like, which yields none as long as nothing is wrong.
/// </summary>
internal static partial class BareExpression
{
    public static string Of(string expression) => Comparison().Replace(Fallback().Replace(expression, ""), "");

    /// <summary>At the end, but for the parentheses that close there.</summary>
    [GeneratedRegex(@"\s+or\s+(?:on\s*\(\s*\)\s*)?vector\(0\)(?=[\s)]*$)")]
    private static partial Regex Fallback();

    [GeneratedRegex(@"\s*==\s*-?[0-9.]+(?=[\s)]*$)")]
    private static partial Regex Comparison();
}
