using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>Reads a <see cref="Node"/>, as the serializer would, at a fraction of its cost.</summary>
internal static class NodeReader
{
    public static Node? Read(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        ObjectMeta? metadata = null;
        NodeSpec? spec = null;
        NodeStatus? status = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("metadata"u8))
                metadata = json.Next(MetadataReader.Read);
            else if (json.ValueTextEquals("spec"u8))
                spec = json.Next(Spec);
            else if (json.ValueTextEquals("status"u8))
                status = json.Next(Status);
            else
                json.Skip();
        }

        return new(metadata!, spec, status);
    }

    private static NodeSpec? Spec(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        string? provider = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("providerID"u8))
                provider = json.NextText();
            else
                json.Skip();
        }

        return new(provider);
    }

    private static NodeStatus? Status(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        List<NodeAddress>? addresses = null;
        List<Condition>? conditions = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("addresses"u8))
                addresses = json.NextList(Address);
            else if (json.ValueTextEquals("conditions"u8))
                conditions = json.NextList(MetadataReader.Condition);
            else
                json.Skip();
        }

        return new(addresses, conditions);
    }

    private static NodeAddress Address(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? type = null, address = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("type"u8))
                type = json.NextSharedText();
            else if (json.ValueTextEquals("address"u8))
                address = json.NextText();
            else
                json.Skip();
        }

        return new(type, address);
    }
}
