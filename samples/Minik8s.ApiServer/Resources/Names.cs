namespace Minik8s.ApiServer.Resources;

/// <summary>Which names and labels are allowed (RFC 1123 as Kubernetes reads it).</summary>
internal static class Names
{
    public const string SubdomainRule =
        "a lowercase RFC 1123 subdomain is up to 253 lower case letters, digits, '-' and '.', and begins and ends with a letter or digit";

    public const string LabelRule =
        "a lowercase RFC 1123 label is up to 63 lower case letters, digits and '-', and begins and ends with a letter or digit";

    public const string QualifiedNameRule =
        "a qualified name is up to 63 letters, digits, '-', '_' and '.', begins and ends with a letter or digit, and may follow a DNS subdomain and '/'";

    public const string LabelValueRule =
        "a valid label is empty, or up to 63 letters, digits, '-', '_' and '.', and begins and ends with a letter or digit";

    public static bool IsLabel(ReadOnlySpan<char> name) => name.Length is > 0 and <= 63 && IsLowerRun(name);

    public static bool IsSubdomain(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 253)
        {
            return false;
        }

        foreach (var part in name.Split('.'))
        {
            if (name[part].IsEmpty || !IsLowerRun(name[part]))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsLabelKey(ReadOnlySpan<char> key)
    {
        var slash = key.IndexOf('/');
        return slash < 0 ? IsWord(key) : IsSubdomain(key[..slash]) && IsWord(key[(slash + 1)..]);
    }

    public static bool IsLabelValue(ReadOnlySpan<char> value) => value.IsEmpty || IsWord(value);

    private static bool IsWord(ReadOnlySpan<char> word)
    {
        if (word.Length is 0 or > 63 || !char.IsAsciiLetterOrDigit(word[0]) || !char.IsAsciiLetterOrDigit(word[^1]))
        {
            return false;
        }

        foreach (var c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLowerRun(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return name[0] != '-' && name[^1] != '-';
    }
}
