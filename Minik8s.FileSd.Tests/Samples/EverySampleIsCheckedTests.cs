using System.IO.Enumeration;

namespace Minik8s.FileSd.Tests.Samples;

/// <summary>A configuration, unit, manifest or image that nobody checks is wrong one day. A new one needs a line here, and a test.</summary>
internal sealed class EverySampleIsCheckedTests
{
    /// <summary>Files below <c>samples/</c>, where <c>*</c> stays within a folder, and the tests that judge each of them.</summary>
    private static readonly (string Pattern, string[] Tests)[] Claims =
    [
        ("Minik8s.MetricsApp/Dockerfile", ["DockerfileTests"]),
        ("alertmanager/*.yml", ["AlertmanagerFileTests"]),
        ("deploy/Dockerfile", ["DockerfileTests"]),
        ("deploy/docker-compose*.yaml", ["ComposeTests"]),
        ("deploy/kubernetes/*.yaml", ["KubernetesManifestTests"]),
        ("deploy/schema-check/package*.json", ["SchemaCheckTests"]),
        ("deploy/systemd/*.service", ["SystemdUnitTests"]),
        ("grafana/dashboards/*.json", ["DashboardTests", "DashboardSchemaTests"]),
        ("grafana/provisioning/*/*.yaml", ["ProvisioningTests"]),
        ("grafana/schema-check/package*.json", ["SchemaCheckTests"]),
        ("node_exporter/*.service", ["NodeExporterTests"]),
        ("pods/*.yaml", ["PodManifestTests"]),
        ("prometheus/*.yml", ["PrometheusFilesTests"]),
        ("prometheus/rules/*.yml", ["PrometheusFilesTests", "AlertTests"]),
        ("prometheus/tests/*.yml", ["PrometheusFilesTests"]),
    ];

    private static readonly string[] Kinds = ["*.yaml", "*.yml", "*.json", "*.service", "*.socket", "*.timer", "*.path", "*Dockerfile"];

    /// <summary>What is built or fetched. Links are not followed either: one leads to the target files of a daemon that ran here.</summary>
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "TestResults"];

    private static readonly string[] Files = [.. new FileSystemEnumerable<string>(
        SampleFiles.Sample(""),
        (ref FileSystemEntry entry) => Path.GetRelativePath(SampleFiles.Sample(""), entry.ToFullPath()),
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsToBeChecked(entry.FileName.ToString()),
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !NotOurs.Contains(entry.FileName.ToString()),
    }];

    [Test]
    public void Every_sample_is_claimed_by_a_check() =>
        Files.Where(file => !Claims.Any(claim => Matches(claim.Pattern, file))).Should().BeEmpty();

    [Test]
    public void Every_claim_is_about_files_that_exist() =>
        Claims.Where(claim => !Files.Any(file => Matches(claim.Pattern, file))).Select(claim => claim.Pattern).Should().BeEmpty();

    [Test]
    public void Every_check_that_is_named_is_a_class_with_tests()
    {
        var classes = typeof(EverySampleIsCheckedTests).Assembly.GetTypes()
            .Where(type => type.GetMethods().Any(method => method.GetCustomAttributes(inherit: false)
                .Any(attribute => attribute is TestAttribute or TestCaseAttribute or TestCaseSourceAttribute)))
            .Select(type => type.Name);
        Claims.SelectMany(claim => claim.Tests).Should().BeSubsetOf(classes);
    }

    [TestCase("pods/*.yaml", "pods/metrics-app.yaml", true)]
    [TestCase("pods/*.yaml", "pods/new/one.yaml", false)]
    [TestCase("pods/*.yaml", "pods/one.yml", false)]
    [TestCase("prometheus/*.yml", "prometheus/rules/alerts.yml", false)]
    public void A_claim_holds_for_its_own_folder_only(string pattern, string file, bool claimed) =>
        Matches(pattern, file).Should().Be(claimed);

    /// <summary>The lock files of NuGet are left out: each restore checks them, and that of the pipeline refuses what differs.</summary>
    private static bool IsToBeChecked(string name) =>
        name != "packages.lock.json" && Kinds.Any(kind => FileSystemName.MatchesSimpleExpression(kind, name));

    private static bool Matches(string pattern, string file)
    {
        var (expected, found) = (pattern.Split('/'), file.Split('/'));
        return expected.Length == found.Length
            && expected.Zip(found).All(part => FileSystemName.MatchesSimpleExpression(part.First, part.Second, ignoreCase: false));
    }
}
