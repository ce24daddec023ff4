using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>Reads a <see cref="Pod"/>, as the serializer would, at a fraction of its cost.</summary>
internal static class PodReader
{
    public static Pod? Read(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        ObjectMeta? metadata = null;
        PodSpec? spec = null;
        PodStatus? status = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("metadata"u8))
                metadata = json.Next(MetadataReader.Read);
            else if (json.ValueTextEquals("spec"u8))
                spec = json.Next(Spec);
            else if (json.ValueTextEquals("status"u8))
                status = json.Next(PodStatusReader.Read);
            else
                json.Skip();
        }

        return new(metadata!, spec, status);
    }

    private static PodSpec? Spec(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        string? node = null, restart = null;
        List<Container>? containers = null, initContainers = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("nodeName"u8))
                node = json.NextSharedText();
            else if (json.ValueTextEquals("containers"u8))
                containers = json.NextList(Container);
            else if (json.ValueTextEquals("initContainers"u8))
                initContainers = json.NextList(Container);
            else if (json.ValueTextEquals("restartPolicy"u8))
                restart = json.NextSharedText();
            else
                json.Skip();
        }

        return new(node, containers, initContainers, restart);
    }

    private static Container Container(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? name = null, image = null, restart = null;
        List<ContainerPort>? ports = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("name"u8))
                name = json.NextSharedText();
            else if (json.ValueTextEquals("image"u8))
                image = json.NextSharedText();
            else if (json.ValueTextEquals("ports"u8))
                ports = json.NextList(Port);
            else if (json.ValueTextEquals("restartPolicy"u8))
                restart = json.NextSharedText();
            else
                json.Skip();
        }

        return new(name, image, ports, restart);
    }

    private static ContainerPort Port(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? name = null, protocol = null;
        var number = 0;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("name"u8))
                name = json.NextSharedText();
            else if (json.ValueTextEquals("containerPort"u8))
                number = json.Next(static (ref json) => json.GetInt32());
            else if (json.ValueTextEquals("protocol"u8))
                protocol = json.NextSharedText();
            else
                json.Skip();
        }

        return new(name, number, protocol);
    }
}
