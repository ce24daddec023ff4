using System.Reflection;
using System.Text.RegularExpressions;
using Minik8s.FileSd.Tests.Samples;
using NUnit.Framework.Interfaces;

namespace Minik8s.FileSd.Tests;

/// <summary>Documents that name a test for each of their promises; here the tests are looked for.</summary>
[TestFixture("security.md")]
[TestFixture("reliability.md")]
internal sealed partial class PromiseDocumentTests(string document)
{
    private readonly string[] _lines = File.ReadAllLines(SampleFiles.Sample($"../docs/{document}"));

    [Test]
    public void Every_test_that_it_names_is_one()
    {
        var tests = Assembly.GetExecutingAssembly().GetTypes()
            .SelectMany(type => type.GetMethods()
                .Where(method => method.GetCustomAttributes().Any(attribute => attribute is ITestBuilder or ISimpleTestBuilder))
                .Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        var named = _lines.SelectMany(line => TestName().Matches(line)).Select(name => name.Groups[1].Value).ToList();
        named.Should().HaveCountGreaterThan(25).And.BeSubsetOf(tests);
    }

    [Test]
    public void Every_row_of_its_tables_names_one() => _lines
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal) && !line.Contains("| test |", StringComparison.Ordinal))
        .Where(line => !TestName().IsMatch(line)).Should().BeEmpty();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*Tests\\.[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
