namespace Minik8s.FileSd.Cluster.Access.Kubeconfigs;

internal static class Base64
{
    /// <param name="what">What it is and where it stands.</param>
    /// <exception cref="AccessException">It is not base64; the text does not show it.</exception>
    public static byte[] Decode(string text, string what)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new AccessException($"{what} cannot be used: it is not base64");
        }
    }
}
