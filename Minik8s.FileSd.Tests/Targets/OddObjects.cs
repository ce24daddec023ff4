using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.Targets;

/// <summary>Nodes and pods of the form that an API server gives, and of any content. One seed gives always the same.</summary>
internal sealed class OddObjects(int seed)
{
    private static readonly string[] Words =
    [
        "", " ", "a", "A.b", "a_b", "a-b", "a/b", "é", "ключ", "日本", "😀", "\u0000", "\n", "\t\"\\", "\u2028", "\ufeff", "\uffff", "__name__", "1", "-",
        "true", "false", "prometheus", "10.0.0.1", "010.0.0.1", "fd00::1", "fe80::1%eth0", "[::1]", "::", "host", "host.example", "a b", "1.2.3", "10.0.0.1:80",
        "0", "80", "80,81", "80, 81,x", "65535", "65536", "-1", "99999999999999999999", "http", "HTTPS", "ftp", "/", "/m", "m", "/m?x=1", "/a b", "/%zz",
        "5s", "30s", "1m", "1m30s", "0s", "1.5s", "s", "10000y", "293y", "1ms", "Running", "Succeeded", "Pending", "InternalIP", "Hostname", "Ready",
    ];

    private static readonly string[] Keys =
    [
        "prometheus.io/scrape", "prometheus.io/port", "prometheus.io/path", "prometheus.io/scheme", "prometheus.io/interval", "prometheus.io/timeout",
        "prometheus.io/param.x", "prometheus.io/param.", "prometheus.io/param.a-b", "prometheus.io/param.__x", "prometheus.io/param.é", "prometheus.io/", "a.b", "a_b", "a-b",
        "kubectl.kubernetes.io/last-applied-configuration",
    ];

    private readonly Random _random = new(seed);

    public JsonObject Node() => new()
    {
        ["metadata"] = Metadata(),
        ["spec"] = Maybe(() => new JsonObject { ["providerID"] = Text() }),
        ["status"] = Maybe(() => new JsonObject
        {
            ["addresses"] = Array(() => new JsonObject { ["type"] = Either("InternalIP", "Hostname", "ExternalDNS"), ["address"] = Text() }),
            ["conditions"] = Conditions(),
        }),
    };

    public JsonObject Pod() => new()
    {
        ["metadata"] = Metadata(),
        ["spec"] = new JsonObject
        {
            ["nodeName"] = Either("a", "worker-1"),
            ["restartPolicy"] = Either("Never", "OnFailure", "Always"),
            ["containers"] = Containers(),
            ["initContainers"] = Containers(),
        },
        ["status"] = new JsonObject
        {
            ["phase"] = Either("Running", "Running", "Running"),
            ["podIP"] = Either($"10.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(256)}", "fd00::1"),
            ["podIPs"] = Array(() => new JsonObject { ["ip"] = Text() }),
            ["hostIP"] = Text(),
            ["conditions"] = Conditions(),
            ["containerStatuses"] = Statuses(),
            ["initContainerStatuses"] = Statuses(),
        },
    };

    private JsonObject Metadata() => new()
    {
        ["name"] = Either($"p{_random.Next(1_000_000)}", "worker-1"),
        ["namespace"] = Either("shop", "default"),
        ["uid"] = Text(),
        ["creationTimestamp"] = Either("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ["deletionTimestamp"] = _random.Next(5) == 0 ? Text() : null,
        ["labels"] = Map(),
        ["annotations"] = Annotations(),
        ["ownerReferences"] = Array(() => new JsonObject { ["kind"] = Text(), ["name"] = Text(), ["controller"] = _random.Next(2) == 0 }),
    };

    private JsonArray? Containers() => Array(() => new JsonObject
    {
        ["name"] = Either("app", "sidecar"),
        ["image"] = Text(),
        ["restartPolicy"] = _random.Next(3) == 0 ? Either("Always", "Never") : null,
        ["ports"] = Array(() => new JsonObject
        {
            ["name"] = Either("prometheus", "prometheus", "prometheus", "http"),
            ["containerPort"] = _random.Next(8) == 0 ? _random.Next(-10, 100_000) : _random.Next(1, 65536),
            ["protocol"] = _random.Next(4) == 0 ? Either("UDP", "SCTP", "TCP") : null,
        }),
    });

    private JsonArray? Statuses() => Array(() => new JsonObject
    {
        ["name"] = Either("app", "sidecar"),
        ["containerID"] = Text(),
        ["state"] = new JsonObject { ["terminated"] = _random.Next(4) == 0 ? new JsonObject { ["exitCode"] = _random.Next(2) } : null },
    });

    private JsonArray? Conditions() => Array(() => new JsonObject { ["type"] = Either("Ready", "ready"), ["status"] = Either("True", "False") });

    /// <summary>What goes together goes together more often than by chance.</summary>
    private JsonObject? Annotations()
    {
        var map = Map();
        if (map is not null && _random.Next(3) == 0)
        {
            map["prometheus.io/interval"] = Either("5s", "30s", "1m30s", "1h");
            map["prometheus.io/timeout"] = Either("5s", "30s", "1m30s", "1h");
        }

        return map;
    }

    private JsonObject? Map()
    {
        if (_random.Next(6) == 0)
            return null;
        var map = new JsonObject();
        for (var i = _random.Next(8); i > 0; i--)
            map[_random.Next(2) == 0 ? Keys[_random.Next(Keys.Length)] : Text()] = Text();
        return map;
    }

    private JsonArray? Array(Func<JsonObject> item) => _random.Next(8) == 0
        ? null
        : [.. Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(10) == 0 ? null : (JsonNode)item())];

    private JsonObject? Maybe(Func<JsonObject> item) => _random.Next(8) == 0 ? null : item();

    /// <summary>One of these, or now and then anything.</summary>
    private string Either(params string[] likely) => _random.Next(8) == 0 ? Text() : likely[_random.Next(likely.Length)];

    private string Text() => _random.Next(4) switch
    {
        0 => string.Concat(Enumerable.Range(0, _random.Next(12)).Select(_ => Character())),
        1 => Words[_random.Next(Words.Length)] + Words[_random.Next(Words.Length)],
        _ => Words[_random.Next(Words.Length)],
    };

    /// <summary>Any of Unicode but half a surrogate pair, with which an object is not decoded; mostly of the first few.</summary>
    private string Character()
    {
        while (true)
        {
            var code = _random.Next(_random.Next(2) == 0 ? 0x100 : 0x110000);
            if (code is < 0xD800 or > 0xDFFF)
                return char.ConvertFromUtf32(code);
        }
    }
}
