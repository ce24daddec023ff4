using System.Text.Json;

namespace Minik8s.FileSd.Cluster.Json;

/// <summary>Reads what objects of all kinds have.</summary>
internal static class MetadataReader
{
    public static ObjectMeta? Read(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null;
        string? name = null, @namespace = null, uid = null, version = null, created = null, deleted = null;
        Dictionary<string, string>? labels = null, annotations = null;
        List<OwnerReference>? owners = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("name"u8))
                name = json.NextText();
            else if (json.ValueTextEquals("namespace"u8))
                @namespace = json.NextSharedText();
            else if (json.ValueTextEquals("uid"u8))
                uid = json.NextText();
            else if (json.ValueTextEquals("resourceVersion"u8))
                version = json.NextText();
            else if (json.ValueTextEquals("labels"u8))
                labels = json.NextTexts();
            else if (json.ValueTextEquals("annotations"u8))
                annotations = json.NextTexts();
            else if (json.ValueTextEquals("ownerReferences"u8))
                owners = json.NextList(Owner);
            else if (json.ValueTextEquals("creationTimestamp"u8))
                created = json.NextText();
            else if (json.ValueTextEquals("deletionTimestamp"u8))
                deleted = json.NextText();
            else
                json.Skip();
        }

        return new(name, @namespace, uid, version, labels, annotations, owners, created, deleted);
    }

    public static Condition Condition(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? type = null, status = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("type"u8))
                type = json.NextSharedText();
            else if (json.ValueTextEquals("status"u8))
                status = json.NextSharedText();
            else
                json.Skip();
        }

        return new(type, status);
    }

    private static OwnerReference Owner(ref Utf8JsonReader json)
    {
        if (!json.IsObject())
            return null!;
        string? kind = null, name = null;
        bool? controller = null;
        while (json.NextMember())
        {
            if (json.ValueTextEquals("kind"u8))
                kind = json.NextSharedText();
            else if (json.ValueTextEquals("name"u8))
                name = json.NextSharedText();
            else if (json.ValueTextEquals("controller"u8))
                controller = json.Next<bool?>(static (ref json) => json.TokenType == JsonTokenType.Null ? null : json.GetBoolean());
            else
                json.Skip();
        }

        return new(kind, name, controller);
    }
}
