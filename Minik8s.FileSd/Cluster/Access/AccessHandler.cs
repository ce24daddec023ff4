using System.Net;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>
/// Sends each request as the files say at that moment: to the server, over connections of the trust and with the credential
/// that they name. After a 401 the credential is got anew, and a different one is tried at once.
/// </summary>
/// <remarks>Requests come with the server's address as it was read first.</remarks>
internal sealed class AccessHandler(AccessSource source) : HttpMessageHandler
{
    /// <summary>On a request that was sent: what it has shown, in words.</summary>
    public static readonly HttpRequestOptionsKey<string> Shown = new("credential");

    private readonly Lock _changing = new();
    private (ServerAccess Access, ClientCertificate? Certificate, HttpMessageInvoker Invoker)? _connections;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var access = source.Current();
        if (access.Server != source.First.Server)
            request.RequestUri = new Uri(access.Server, source.First.Server.MakeRelativeUri(request.RequestUri!));

        // The name that the server's certificate is checked for follows from this header.
        request.Headers.Host = access.Trust.ServerName;
        var shown = await access.Credential.GetAsync(cancellationToken);
        var response = await SendAsync(request, access, shown, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
            return response;
        access.Credential.Refused(shown);
        try
        {
            var other = await access.Credential.GetAsync(cancellationToken);
            if (other == shown)
                return response;
            shown = other;
        }
        catch
        {
            response.Dispose();
            throw;
        }

        response.Dispose();
        return await SendAsync(request, access, shown, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ServerAccess access, Presented shown, CancellationToken stop)
    {
        request.Headers.Authorization = shown.Header;
        request.Options.Set(Shown, shown.Words);
        try
        {
            return await InvokerFor(access, shown.Certificate).SendAsync(request, stop);
        }
        catch (OperationCanceledException fault) when (fault.InnerException is TimeoutException)
        {
            throw new TimeoutException(
                $"no connection to {access.Server.Authority} within {Connections.ConnectLimit.TotalSeconds:0} s: nothing answers there; check the address and what is between", fault);
        }
        catch (Exception fault) when (shown.Certificate is not null && fault is HttpRequestException or IOException)
        {
            if (ConnectionFault.Refusal(fault, shown.Certificate) is { } refusal)
                throw refusal;
            throw;
        }
    }

    private HttpMessageInvoker InvokerFor(ServerAccess access, ClientCertificate? certificate)
    {
        lock (_changing)
        {
            if (_connections is { } same && ReferenceEquals(same.Access, access) && Equals(same.Certificate, certificate))
                return same.Invoker;

            // The one before is not disposed of, for a request may be about to take it; its idle connections close by themselves.
            var invoker = new HttpMessageInvoker(Connections.Create(access, certificate));
            _connections = (access, certificate, invoker);
            return invoker;
        }
    }
}
