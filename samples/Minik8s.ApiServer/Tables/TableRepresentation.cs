using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;
using Minik8s.ApiServer.Storage;

namespace Minik8s.ApiServer.Tables;

/// <summary>Objects as rows for people: what <c>kubectl get</c> asks for.</summary>
/// <param name="includeObject">What each row carries of its object: <c>None</c>, <c>Object</c>, else the metadata.</param>
internal sealed class TableRepresentation(TimeProvider time, string includeObject) : IRepresentation
{
    private bool _saidColumns;

    public void WriteObject(IBufferWriter<byte> to, StoredObject o)
    {
        WriteEventObject(to, o);
        to.Write("\n"u8);
    }

    public IEnumerable<ReadOnlyMemory<byte>> List(ResourceKind kind, ObjectList list)
    {
        var opening = $$"""{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{{JsonRepresentation.Metadata(list)}},"columnDefinitions":{{Definitions(kind).ToJsonString()}},"rows":[""";
        yield return Encoding.UTF8.GetBytes(opening);
        var separator = "";
        foreach (var item in list.Items)
        {
            yield return Encoding.UTF8.GetBytes(separator + Row(item).ToJsonString());
            separator = ",";
        }

        yield return Encoding.UTF8.GetBytes("]}\n");
    }

    /// <summary>A table of one row. In a watch only the first says its columns.</summary>
    public void WriteEventObject(IBufferWriter<byte> to, StoredObject o)
    {
        var table = new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = o.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            ["columnDefinitions"] = _saidColumns ? [] : Definitions(o.Kind),
            ["rows"] = new JsonArray(Row(o)),
        };
        _saidColumns = true;
        to.Write(JsonSerializer.SerializeToUtf8Bytes(table));
    }

    private static JsonArray Definitions(ResourceKind kind) =>
        new([.. Columns.Of(kind).Select(column => column.ToTree())]);

    private JsonObject Row(StoredObject o)
    {
        var tree = ObjectJson.ToTree(o);
        var now = time.GetUtcNow();
        var row = new JsonObject
        {
            ["cells"] = new JsonArray([.. Columns.Of(o.Kind).Select(column => column.Cell(tree, now))]),
        };
        if (includeObject == "Object")
        {
            var whole = new JsonObject { ["kind"] = o.Kind.Kind, ["apiVersion"] = "v1" };
            foreach (var (name, value) in tree)
            {
                whole[name] = value?.DeepClone();
            }

            row["object"] = whole;
        }
        else if (includeObject != "None")
        {
            row["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = tree["metadata"]?.DeepClone(),
            };
        }

        return row;
    }
}
