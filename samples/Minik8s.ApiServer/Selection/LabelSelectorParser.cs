using System.Globalization;
using Minik8s.ApiServer.Http;
using Minik8s.ApiServer.Resources;

namespace Minik8s.ApiServer.Selection;

/// <summary>
/// Reads <c>a=b, c!=d, e in (f,g), h notin (i), j, !k, l&gt;1</c>. Errors are worded as a real API server words them,
/// because people search for those words.
/// </summary>
internal ref struct LabelSelectorParser
{
    private readonly string _text;
    private int _at;

    private LabelSelectorParser(string text) => _text = text;

    /// <exception cref="StatusException">400: it cannot be read.</exception>
    public static LabelSelector Parse(string text) => new LabelSelectorParser(text).Selector();

    private LabelSelector Selector()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            var token = Peek();
            if (token.Length == 0 && requirements.Count == 0)
            {
                return LabelSelector.Everything;
            }

            if (token != "!" && !IsIdentifier(token))
            {
                throw requirements.Count == 0
                    ? Error($"found '{token}', expected: !, identifier, or 'end of string'")
                    : Error($"found '{token}', expected: identifier after ','");
            }

            requirements.Add(Requirement());
            token = Next();
            if (token.Length == 0)
            {
                return new LabelSelector(requirements);
            }

            if (token != ",")
            {
                throw Error($"found '{token}', expected: ',' or 'end of string'");
            }
        }
    }

    private LabelRequirement Requirement()
    {
        var not = Peek() == "!";
        if (not)
        {
            Next();
        }

        var key = Next();
        if (!IsIdentifier(key))
        {
            throw Error($"unable to parse requirement: found '{key}', expected: identifier");
        }

        if (!Names.IsLabelKey(key))
        {
            throw Error($"unable to parse requirement: key: Invalid value: \"{key}\": {Names.QualifiedNameRule}");
        }

        if (not)
        {
            return new LabelRequirement(key, LabelOperator.DoesNotExist);
        }

        if (Peek() is "" or ",")
        {
            return new LabelRequirement(key, LabelOperator.Exists);
        }

        var word = Next();
        return word switch
        {
            "=" or "==" => new LabelRequirement(key, LabelOperator.In, Value(key)),
            "!=" => new LabelRequirement(key, LabelOperator.NotIn, Value(key)),
            "in" => new LabelRequirement(key, LabelOperator.In, Set(key)),
            "notin" => new LabelRequirement(key, LabelOperator.NotIn, Set(key)),
            ">" => new LabelRequirement(key, LabelOperator.GreaterThan, Number(key)),
            "<" => new LabelRequirement(key, LabelOperator.LessThan, Number(key)),
            _ => throw Error($"unable to parse requirement: found '{word}', expected: in, notin, =, ==, !=, gt, lt"),
        };
    }

    /// <summary>One value; nothing at all is the empty value.</summary>
    private string Value(string key)
    {
        if (Peek() is "" or ",")
        {
            return "";
        }

        var value = Next();
        return IsIdentifier(value)
            ? Checked(key, value)
            : throw Error($"unable to parse requirement: found '{value}', expected: identifier");
    }

    private string Number(string key)
    {
        var value = Value(key);
        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? value
            : throw Error($"unable to parse requirement: values[0][{key}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer");
    }

    private string[] Set(string key)
    {
        var token = Next();
        if (token != "(")
        {
            throw Error($"unable to parse requirement: found '{token}' expected: '('");
        }

        var values = new List<string>();
        while (true)
        {
            values.Add(Peek() is "," or ")" ? "" : Checked(key, Next()));
            token = Next();
            if (token == ")")
            {
                return [.. values];
            }

            if (token != ",")
            {
                throw Error($"unable to parse requirement: found '{token}', expected: ',' or ')'");
            }
        }
    }

    private static string Checked(string key, string value) => Names.IsLabelValue(value)
        ? value
        : throw Error($"unable to parse requirement: values[0][{key}]: Invalid value: \"{value}\": {Names.LabelValueRule}");

    private readonly string Peek()
    {
        var ahead = this;
        return ahead.Next();
    }

    /// <summary>The next word or symbol; empty at the end.</summary>
    private string Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        var start = _at;
        if (start == _text.Length)
        {
            return "";
        }

        if (IsSymbol(_text[start]))
        {
            _at++;
            if (_at < _text.Length && _text[_at] == '=' && _text[start] is ('=' or '!'))
            {
                _at++;
            }
        }
        else
        {
            while (_at < _text.Length && !IsSymbol(_text[_at]) && !char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
        }

        return _text[start.._at];
    }

    private static bool IsIdentifier(string token) => token.Length > 0 && !IsSymbol(token[0]);

    private static bool IsSymbol(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static StatusException Error(string message) => new(Status.BadRequest(message));
}
