using System.Net.Http.Headers;

namespace Minik8s.FileSd.Cluster.Access;

internal static class BearerToken
{
    /// <param name="holder">Whose token it is and where it stands.</param>
    /// <exception cref="AccessException">It does not fit into a header.</exception>
    public static AuthenticationHeaderValue Header(string token, string holder) =>
        token.Length > 0 && token.All(c => c is >= '!' and <= '~')
            ? new AuthenticationHeaderValue("Bearer", token)
            : throw new AccessException($"the bearer token of {holder} cannot be used: it is not one word of printable ASCII");
}
