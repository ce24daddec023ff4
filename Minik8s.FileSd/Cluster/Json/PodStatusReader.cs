using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>The part of <see cref="PodReader"/> that reads what has become of the pod.</summary>
internal static class PodStatusReader
{
    public static PodStatus? Read(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        string? phase = null, ip = null, host = null;
        List<PodAddress>? addresses = null;
        List<Condition>? conditions = null;
        List<ContainerStatus>? containers = null, initContainers = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("phase"u8))
                phase = json.NextSharedText();
            else if (json.ValueTextEquals("podIP"u8))
                ip = json.NextText();
            else if (json.ValueTextEquals("podIPs"u8))
                addresses = json.NextList(Address);
            else if (json.ValueTextEquals("hostIP"u8))
                host = json.NextSharedText();
            else if (json.ValueTextEquals("conditions"u8))
                conditions = json.NextList(MetadataReader.Condition);
            else if (json.ValueTextEquals("containerStatuses"u8))
                containers = json.NextList(Container);
            else if (json.ValueTextEquals("initContainerStatuses"u8))
                initContainers = json.NextList(Container);
            else
                json.Skip();
        }

        return new(phase, ip, addresses, host, conditions, containers, initContainers);
    }

    private static PodAddress Address(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? ip = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("ip"u8))
                ip = json.NextText();
            else
                json.Skip();
        }

        return new(ip);
    }

    private static ContainerStatus Container(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? name = null, id = null;
        ContainerState? state = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("name"u8))
                name = json.NextSharedText();
            else if (json.ValueTextEquals("containerID"u8))
                id = json.NextText();
            else if (json.ValueTextEquals("state"u8))
                state = json.Next(State);
            else
                json.Skip();
        }

        return new(name, id, state);
    }

    private static ContainerState? State(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        ContainerEnd? terminated = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("terminated"u8))
                terminated = json.Next(End);
            else
                json.Skip();
        }

        return new(terminated);
    }

    private static ContainerEnd? End(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        var code = 0;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("exitCode"u8))
                code = json.Next(static (ref json) => json.GetInt32());
            else
                json.Skip();
        }

        return new(code);
    }
}
