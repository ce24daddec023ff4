using System.Globalization;
using System.Text.Json.Nodes;

namespace Minik8s.FileSd.Tests.ApiServer;

/// <summary>What Kubernetes would have of a recorded object.</summary>
internal static class ClassicToKubernetes
{
    public static JsonObject Node(JsonObject node) => new()
    {
        ["metadata"] = Metadata(node),
        ["status"] = new JsonObject
        {
            ["addresses"] = Text(node["Info"]!, "Ip") is { Length: > 0 } address
                ? new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address })
                : null,
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = Text(node["Status"]!, "State") == "Unhealthy" ? "False" : "True",
            }),
        },
    };

    public static JsonObject Pod(JsonObject pod)
    {
        var (spec, status) = (pod["Spec"]!, pod["Status"]!);
        var phase = Text(status, "PodPhase");
        return new JsonObject
        {
            ["metadata"] = Metadata(pod),
            ["spec"] = new JsonObject
            {
                ["nodeName"] = phase == "Created" ? null : "somewhere",
                ["containers"] = List(spec["Containers"], Container),
                ["volumes"] = List(spec["Volumes"], volume => new JsonObject
                {
                    ["name"] = Text(volume, "Name"),
                    ["hostPath"] = new JsonObject { ["path"] = Text(volume["HostPath"]!, "Path") },
                }),
                ["nodeSelector"] = spec["NodeSelector"]?.DeepClone(),
            },
            ["status"] = new JsonObject
            {
                ["phase"] = phase == "Created" ? null : phase,
                ["podIP"] = Text(status, "PodIP"),
                ["hostIP"] = Text(status, "HostIP"),
                ["containerStatuses"] = new JsonArray([.. spec["Containers"]!.AsArray()
                    .Where(container => container!["Status"] is not null)
                    .Select(container => ContainerStatus(container!))]),
            },
        };
    }

    private static JsonObject Metadata(JsonObject of) => new()
    {
        ["name"] = Text(of["metadata"]!, "Name"),
        ["namespace"] = Text(of, "Kind") == "Pod" ? Text(of["metadata"]!, "Namespace") : null,
        ["uid"] = Text(of["metadata"]!, "UID"),
        ["labels"] = of["metadata"]!["Labels"]?.DeepClone(),
        ["creationTimestamp"] = Text(of["metadata"]!, "CreationTimestamp"),
    };

    private static JsonObject Container(JsonNode container) => new()
    {
        ["name"] = Text(container, "Name"),
        ["image"] = Text(container, "Image"),
        ["ports"] = List(container["Ports"], port => new JsonObject
        {
            ["name"] = Text(port, "Name"),
            ["containerPort"] = port["ContainerPort"]!.DeepClone(),
            ["hostPort"] = port["HostPort"]!.DeepClone(),
            ["protocol"] = Text(port, "Protocol"),
        }),
        ["volumeMounts"] = List(container["VolumeMounts"], mount => new JsonObject
        {
            ["name"] = Text(mount, "Name"),
            ["mountPath"] = Text(mount, "MountPath"),
        }),
    };

    private static JsonObject ContainerStatus(JsonNode container)
    {
        var status = container["Status"]!;
        return new JsonObject
        {
            ["name"] = Text(container, "Name"),
            ["containerID"] = Text(status, "Id"),
            ["state"] = status["State"]!.GetValue<int>() == 1
                ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Time(status["StartedAt"]!) } }
                : new JsonObject
                {
                    ["terminated"] = new JsonObject
                    {
                        ["finishedAt"] = Time(status["FinishedAt"]!),
                        ["exitCode"] = status["ExitCode"]!.DeepClone(),
                        ["reason"] = Text(status, "Reason"),
                    },
                },
        };
    }

    private static JsonArray? List(JsonNode? list, Func<JsonNode, JsonObject> element) =>
        list is null ? null : new JsonArray([.. list.AsArray().Select(o => element(o!))]);

    private static string Time(JsonNode nanoseconds) => DateTimeOffset.UnixEpoch
        .AddTicks(nanoseconds.GetValue<long>() / TimeSpan.NanosecondsPerTick).ToString("O", CultureInfo.InvariantCulture);

    private static string Text(JsonNode of, string member) => of[member]!.GetValue<string>();
}
