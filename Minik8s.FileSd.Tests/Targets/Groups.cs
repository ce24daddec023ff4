namespace Minik8s.FileSd.Tests.Targets;

/// <summary>Target groups as they might stand in a file.</summary>
internal static class Groups
{
    /// <summary>What Prometheus makes of a group, under <see cref="Prometheus"/>.</summary>
    public const string Prometheus = "Prometheus";

    /// <summary>None of the file's targets are taken.</summary>
    public const string RejectsFile = "rejects the file";

    /// <summary>The target alone is dropped.</summary>
    public const string DropsTarget = "drops the target";

    /// <summary>As something that the daemon never means.</summary>
    public const string TakesIt = "takes it";

    public static IEnumerable<TestCaseData> Good =>
    [
        new(With("")),
        new(With("\"a\":\"b\"")),
        new(With("\"_\":\"\",\"A9_\":\"b\"")),
        new(With("\"z\":\"1\",\"a\":\"2\",\"m\":\"3\"")),
        new(With("\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\ude00\u00e9\u2028\"")),
        new(With("\"__scheme__\":\"https\",\"__metrics_path__\":\"/x\",\"__param_a\":\"b\"")),
        new(With("\"__scrape_interval__\":\"1m30s\",\"__scrape_timeout__\":\"90s\"")),
        new(With("\"__scrape_interval__\":\"500ms\",\"__scrape_timeout__\":\"500ms\"")),
        new(With("\"__scrape_timeout__\":\"5s\"")),
        new("{\"labels\":{\"a\":\"b\"},\"targets\":[\"a:1\"]}"),
        new(" { \"targets\" : [ \"a:1\" ] ,\n\"labels\" : { } } "),
        .. new[] { "10.0.0.1:9100", "0.0.0.0:1", "255.255.255.255:65535", "[fd00::1]:80", "[::ffff:10.0.0.1]:80", "worker-1.example_a:80", "1a:1" }.Select(At),
    ];

    public static IEnumerable<TestCaseData> Bad =>
    [
        Broken("null", "it is no object"),
        Broken("[]", "it is no object"),
        Broken("\"a:1\"", "it is no object"),
        Broken("{\"targets\":[\"a:1\"],\"labels\":{},\"source\":\"x\"}", "its key \"source\" is not known or stands there twice"),
        Broken("{\"targets\":[\"a:1\"],\"label\":{}}", "its key \"label\" is not known or stands there twice"),
        Broken("{\"targets\":\"a:1\",\"labels\":{}}", "its targets are no array"),
        Broken("{\"targets\":[1],\"labels\":{}}", "its target is no string"),
        Broken("{\"targets\":[{}],\"labels\":{}}", "its target is no string"),
        Broken("{\"targets\":[\"a:1\"],\"labels\":[]}", "its labels are no object"),
        Broken(With("\"a\":1"), "its label \"a\" is no string"),
        Broken(With("\"a\":true"), "its label \"a\" is no string"),
        Broken(With("\"a\":{}"), "its label \"a\" is no string"),
        Broken(With("\"a\":[\"b\"]"), "its label \"a\" is no string"),
        Broken(With("\"\":\"x\""), "\"\" is no label name"),
        Broken(With("\"1a\":\"x\""), "\"1a\" is no label name"),
        Broken(With("\"a-b\":\"x\""), "\"a-b\" is no label name"),
        Broken(With("\"a.b\":\"x\""), "\"a.b\" is no label name"),
        Broken(With("\"\u00e9\":\"x\""), "\"\u00e9\" is no label name"),
        Broken(With("\"a:b\":\"x\""), "\"a:b\" is no label name"),

        Strict("{\"targets\":null,\"labels\":{}}", "its targets are no array"),
        Dropped("{\"targets\":[null],\"labels\":{}}", "its target is no string"),
        Strict("{\"targets\":[\"a:1\"],\"labels\":null}", "its labels are no object"),
        Strict(With("\"a\":null"), "its label \"a\" is no string"),
        Strict("{}", "it has no targets"),
        Strict("{\"labels\":{}}", "it has no targets"),
        Strict("{\"targets\":[\"a:1\"]}", "it has no labels"),
        Strict("{\"targets\":[],\"labels\":{}}", "its targets are empty"),
        Strict("{\"targets\":[\"a:1\",\"b:1\"],\"labels\":{}}", "it has more than one target"),
        Strict("{\"targets\":[\"a:1\"],\"targets\":[\"b:1\"],\"labels\":{}}", "its key \"targets\" is not known or stands there twice"),
        Strict("{\"targets\":[\"a:1\"],\"labels\":{},\"labels\":{}}", "its key \"labels\" is not known or stands there twice"),
        Strict("{\"Targets\":[\"a:1\"],\"labels\":{}}", "its key \"Targets\" is not known or stands there twice"),
        Strict(With("\"a\":\"x\",\"a\":\"y\""), "its label \"a\" stands there twice"),
        Strict(With("\"b\":\"x\",\"a\":\"y\",\"c\":\"x\",\"b\":\"y\""), "its label \"b\" stands there twice"),
        Strict(With("\"\\u0061\":\"x\""), "\"\\u0061\" is no label name"),
        Strict(With("\"a\":\"\\ud83d\""), "its label \"a\" has half a surrogate pair"),
        Strict(With("\"a\":\"\\n\\ud83dx\""), "its label \"a\" has half a surrogate pair"),
        Strict(With("\"a\":\"\\ude00\""), "its label \"a\" has half a surrogate pair"),
        Strict(With("\"a\":\"\\ud83d\\ud83d\\ude00\""), "its label \"a\" has half a surrogate pair"),
        Strict(With("\"__address__\":\"b:1\""), "Prometheus sets the label \"__address__\" itself"),
        Strict(With("\"__meta_filepath\":\"x\""), "Prometheus sets the label \"__meta_filepath\" itself"),
        Strict(With("\"__scheme__\":\"ftp\""), "its scheme \"ftp\" is neither http nor https"),
        Strict(With("\"__scheme__\":\"HTTP\""), "its scheme \"HTTP\" is neither http nor https"),
        Strict(With("\"__scheme__\":\"\""), "its scheme \"\" is neither http nor https"),
        Strict(Every(""), "its \"__scrape_interval__\" \"\" is no duration above 0"),
        .. new[] { "0", "0s", "-1s", "1", "1.5s", "s", "1s1m", "1S", "293y", "99999999999999999999s", new string('0', 100) + "1s" }.Select(time =>
            Dropped(Every(time), $"its \"__scrape_interval__\" \"{Printable.Short(time)}\" is no duration above 0")),
        Dropped(With("\"__scrape_timeout__\":\"0s\""), "its \"__scrape_timeout__\" \"0s\" is no duration above 0"),
        Dropped(With("\"__scrape_interval__\":\"10s\",\"__scrape_timeout__\":\"11s\""), "its timeout \"11s\" is longer than its interval \"10s\""),
        Dropped(With("\"__scrape_timeout__\":\"1m1s\",\"__scrape_interval__\":\"60s\""), "its timeout \"1m1s\" is longer than its interval \"60s\""),
        .. new[]
        {
            "a", ":1", "a:", "a:0", "a:65536", "a:080", "a:+1", "a:http", "a b:1", "::1", "fd00::1:80", "[fd00::1]", "[fd00::1%eth0]:80",
            "[10.0.0.1]:80", "[fd00::g]:80", "[[::1]]:80", "10.0.0:1", "10.0.0.256:1", "010.0.0.1:1", "10.0.0.1.2:1", "1:1", "a..b:1", ".a:1", "\u00e9:1", "-:1", new string('a', 64) + ":1",
        }.Select(address => Strict(Target(address), $"its target \"{address}\" is no host and port")),
        .. new[] { "", "a/b:1", "http://a:1" }.Select(address => Dropped(Target(address), $"its target \"{address}\" is no host and port")),
    ];

    public static string With(string labels) => $"{{\"targets\":[\"a:1\"],\"labels\":{{{labels}}}}}";

    private static string Every(string interval) => With($"\"__scrape_interval__\":\"{interval}\"");

    private static string Target(string address) => $"{{\"targets\":[\"{address}\"],\"labels\":{{}}}}";

    private static TestCaseData At(string address) => new(Target(address));

    private static TestCaseData Broken(string group, string fault) => new TestCaseData(group, fault).SetProperty(Prometheus, RejectsFile);

    private static TestCaseData Strict(string group, string fault) => new TestCaseData(group, fault).SetProperty(Prometheus, TakesIt);

    private static TestCaseData Dropped(string group, string fault) => new TestCaseData(group, fault).SetProperty(Prometheus, DropsTarget);
}
