using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Tables;

namespace Minik8s.ApiServer.Classic;

/// <summary>The containers of a pod and what they mount. Where there is nothing to list, it says null, as Go does.</summary>
internal static class ClassicContainers
{
    private const int Running = 1;
    private const int Exited = 2;

    public static JsonArray? From(JsonObject? spec, JsonObject? status) => List(
        Columns.Elements(spec?["containers"]),
        container => new JsonObject
        {
            ["Name"] = Text(container, "name"),
            ["Image"] = Text(container, "image"),
            ["Ports"] = List(Columns.Elements(container["ports"]), port => new JsonObject
            {
                ["Name"] = Text(port, "name"),
                ["ContainerPort"] = ObjectJson.Number(port, "containerPort") ?? 0,
                ["HostPort"] = ObjectJson.Number(port, "hostPort") ?? 0,
                ["Protocol"] = Text(port, "protocol"),
            }),
            ["VolumeMounts"] = List(Columns.Elements(container["volumeMounts"]), mount => new JsonObject
            {
                ["Name"] = Text(mount, "name"),
                ["MountPath"] = Text(mount, "mountPath"),
            }),
            ["Labels"] = null,
            ["Status"] = Columns.Elements(status?["containerStatuses"])
                .Where(reported => Text(reported, "name") == Text(container, "name"))
                .Select(Status)
                .FirstOrDefault(),
        });

    public static JsonArray? Volumes(JsonObject? spec) => List(Columns.Elements(spec?["volumes"]), volume => new JsonObject
    {
        ["Name"] = Text(volume, "name"),
        ["EmptyDir"] = null,
        ["HostPath"] = ObjectJson.Text(volume, "hostPath", "path") is { } path ? new JsonObject { ["Path"] = path } : null,
        ["NFS"] = null,
        ["PersistentVolumeClaim"] = null,
    });

    /// <summary>64 digits, as a container runtime makes them.</summary>
    public static string Id(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));

    /// <summary>Null while it waits: then there is no container yet.</summary>
    private static JsonObject? Status(JsonObject reported)
    {
        var started = ObjectJson.Text(reported, "state", "running", "startedAt");
        var finished = ObjectJson.Text(reported, "state", "terminated", "finishedAt");
        return (started ?? finished) is null ? null : new JsonObject
        {
            ["Id"] = Id(Text(reported, "containerID")),
            ["State"] = started is null ? Exited : Running,
            ["CreatedAt"] = Nanoseconds(started),
            ["StartedAt"] = Nanoseconds(started),
            ["FinishedAt"] = Nanoseconds(finished),
            ["ExitCode"] = ObjectJson.Number(reported, "state", "terminated", "exitCode") ?? 0,
            ["Reason"] = ObjectJson.Text(reported, "state", "terminated", "reason") ?? "",
            ["Message"] = "",
        };
    }

    private static long Nanoseconds(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? (at - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick
            : 0;

    private static string Text(JsonObject of, string member) => ObjectJson.Text(of, member) ?? "";

    private static JsonArray? List(IEnumerable<JsonObject> elements, Func<JsonObject, JsonObject> told) =>
        elements.Select(told).ToArray<JsonNode>() is { Length: > 0 } list ? new JsonArray(list) : null;
}
