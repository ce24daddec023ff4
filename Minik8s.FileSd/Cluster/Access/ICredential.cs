using System.Net.Http.Headers;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>By what the server knows who asks.</summary>
internal interface ICredential
{
    /// <exception cref="AccessException">It cannot be had just now.</exception>
    ValueTask<Presented> GetAsync(CancellationToken stop);

    /// <summary>The server has answered 401 to it: the next one is got anew.</summary>
    void Refused(Presented presented);
}

/// <summary>What a request shows to the server.</summary>
/// <param name="Certificate">With its key, as the client's side of TLS.</param>
/// <param name="Words">What it is and where it is from.</param>
internal sealed record Presented(AuthenticationHeaderValue? Header, ClientCertificate? Certificate, string Words)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => Words;
}
