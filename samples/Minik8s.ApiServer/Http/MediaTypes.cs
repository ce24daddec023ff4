namespace Minik8s.ApiServer.Http;

/// <summary>Which of the representations that a client accepts it gets.</summary>
internal static class MediaTypes
{
    /// <summary>The first that this server can do: JSON, or a Table in JSON.</summary>
    /// <exception cref="StatusException">406: the client takes neither.</exception>
    public static bool WantsTable(string accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return false;
        }

        foreach (var choice in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = choice.Split(';', StringSplitOptions.TrimEntries);
            var parameter = parts.FirstOrDefault(part => part.StartsWith("as=", StringComparison.Ordinal));
            if (parts[0] is "application/json" && parameter == "as=Table")
            {
                return true;
            }

            if (parts[0] is "application/json" or "application/*" or "*/*" && parameter is null)
            {
                return false;
            }
        }

        throw new StatusException(Status.NotAcceptable);
    }
}
