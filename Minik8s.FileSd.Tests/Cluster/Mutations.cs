using System.Text;
using System.Text.Json;
using Minik8s.FileSd.Cluster;

namespace Minik8s.FileSd.Tests.Cluster;

/// <summary>Makes mistakes in the answers of a corpus: in their bytes, and in their structure.</summary>
internal sealed class Mutations
{
    private static readonly byte[][] Odd =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-1", "1.5", "1e99", "-0", "65535", "65536", "2147483648", "99999999999", "123456789012345678901234567890", "[]", "{}",
            "[null]", "[[]]", "{\"a\":1}", "{\"name\":\"x\"}", "{\"metadata\":{\"name\":\"x\"}}", "\"\"", "\" \"", "\"x\"", "\"2112\"", "\"10.0.0.1\"", "\"010.1\"", "\"::1\"",
            "\"fe80::1%eth0\"", "\"a.example\"", "\"Running\"", "\"prometheus\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\u2028\"", "\"😀\"",
            "\"a\\nb\"", "\"../x\"", "\"{\\\"name\\\":\\\"t\\\"}\"", "\"[1]\"", "\"null\"", "\"eyJuYW1lIjoidCJ9\"", "[{\"name\":\"x\"}]",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xff, 0xfe, (byte)'"'],
        [(byte)'"', 0xc3, 0x28, (byte)'"'],
        [(byte)'"', 0xed, 0xa0, 0x80, (byte)'"'],
        Encoding.UTF8.GetBytes($"\"{new string('n', 254)}\""),
        Encoding.UTF8.GetBytes($"\"{new string('1', 1_100)}\""),
        Encoding.UTF8.GetBytes(new string('[', 70) + new string(']', 70)),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 62)) + "1" + new string('}', 62)),
    ];

    private readonly Answer[] _lists;
    private readonly Answer[] _watches;

    public Mutations(Corpus corpus, Dialect dialect) =>
        (_lists, _watches) = ([.. corpus.Lists(dialect).Select(Answer.Of)], [.. corpus.Watches(dialect).Select(Answer.Of)]);

    /// <summary>One of the answers with one mistake, or up to four.</summary>
    public byte[] Of(Random random, bool isWatch)
    {
        var answers = isWatch ? _watches : _lists;
        var answer = answers[random.Next(answers.Length)];
        var bytes = random.Next(8) == 0 ? answer.Bytes : Structure(answer, answers, random);
        for (var more = random.Next(8) switch { 0 => 3, 1 or 2 => 1, _ => 0 }; more > 0; more--)
            bytes = Bytes(bytes, random);
        return bytes;
    }

    private static byte[] Structure(Answer answer, Answer[] others, Random random)
    {
        var value = answer.Values[random.Next(answer.Values.Length)];
        var member = answer.Members[random.Next(answer.Members.Length)];
        var bytes = answer.Bytes;
        var all = bytes.AsSpan();
        switch (random.Next(6))
        {
            case 0 or 1:
                return [.. all[..value.Start], .. Odd[random.Next(Odd.Length)], .. all[value.End..]];
            case 2:
                var other = others[random.Next(others.Length)];
                var from = other.Values[random.Next(other.Values.Length)];
                return [.. all[..value.Start], .. other.Bytes.AsSpan()[from.Start..from.End], .. all[value.End..]];
            case 3:
                var comma = bytes[member.End] == ',' ? 1 : 0;
                return [.. all[..member.Start], .. all[(member.End + comma)..]];
            case 4:
                return [.. all[..member.End], (byte)',', .. all[member.Start..member.End], .. all[member.End..]];
            default:
                var target = answer.Members[random.Next(answer.Members.Length)];
                return [.. all[..target.End], (byte)',', .. all[member.Start..member.End], .. all[target.End..]];
        }
    }

    private static byte[] Bytes(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
            return bytes;
        var at = random.Next(bytes.Length);
        var length = Math.Min(1 << random.Next(10), bytes.Length - at);
        var all = bytes.AsSpan();
        switch (random.Next(6))
        {
            case 0:
                byte[] flipped = [.. all];
                flipped[at] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                return [.. all[..at], (byte)random.Next(256), .. all[at..]];
            case 2:
                return [.. all[..at], .. all[(at + length)..]];
            case 3:
                return [.. all[..(at + length)], .. all[at..]];
            case 4:
                return [.. all[..at]];
            default:
                byte[] other = [.. all];
                other[at] = "{}[]\",:\\ \n0e-"u8[random.Next(13)];
                return other;
        }
    }

    /// <param name="Values">Where each value begins and ends.</param>
    /// <param name="Members">Likewise the members of objects, from the name on.</param>
    private sealed record Answer(byte[] Bytes, (int Start, int End)[] Values, (int Start, int End)[] Members)
    {
        public static Answer Of(byte[] bytes)
        {
            var (values, members) = (new List<(int, int)>(), new List<(int, int)>());
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                    continue;
                var start = (int)reader.TokenStartIndex;
                var here = reader;
                if (reader.TokenType == JsonTokenType.PropertyName)
                    here.Read();
                here.Skip();
                (reader.TokenType == JsonTokenType.PropertyName ? members : values).Add((start, (int)here.BytesConsumed));
            }

            if (members.Count == 0)
                members.Add((bytes.Length - 1, bytes.Length - 1));
            return new(bytes, [.. values], [.. members]);
        }
    }
}
