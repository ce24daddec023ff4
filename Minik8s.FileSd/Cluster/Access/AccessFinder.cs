using System.Collections;
using Minik8s.FileSd.Cluster.Access.Kubeconfigs;

namespace Minik8s.FileSd.Cluster.Access;

/// <summary>What was said of the server by flags; null for what was not.</summary>
internal sealed record AccessWishes(Uri? Server, string? TokenFile, string? AuthoritiesFile, string? Kubeconfig, string? Context);

/// <summary>Finds the server: by flags, by what a pod is given, by a kubeconfig, and at last on this machine.</summary>
/// <param name="environment">Of the process.</param>
/// <param name="serviceAccount">Folder with the token and the authority of a pod.</param>
internal sealed class AccessFinder(IDictionary environment, string serviceAccount, TimeProvider time)
{
    /// <summary>The origin of a server that a setting names.</summary>
    public const string Named = "--api.server";

    private static readonly Uri ThisMachine = new("http://127.0.0.1:8080/");

    /// <exception cref="AccessException">What was asked for, or found first, is of no use; the text says how to go around it.</exception>
    public AccessSource Find(AccessWishes wishes)
    {
        var found = First(wishes);
        return new AccessSource(found with { Read = files => WithFlags(wishes, found.Read(files), files) });
    }

    private FoundAccess First(AccessWishes wishes)
    {
        // A server that was named gets no credentials that were meant for another.
        if (wishes.Server is { } server)
            return new(Named, _ => Plain(server));
        if (wishes.Kubeconfig is { } named)
            return Kubeconfig("--api.kubeconfig", [named], isFound: false);

        // A context is one of a kubeconfig: who names it wants that, even in a pod.
        if (wishes.Context is null && InCluster.Find(environment, serviceAccount) is { } pod)
            return pod;
        if (environment["KUBECONFIG"] is string { Length: > 0 } list)
            return Kubeconfig("the variable KUBECONFIG", list.Split(':', StringSplitOptions.RemoveEmptyEntries), isFound: true);
        if (environment["HOME"] is string { Length: > 0 } home && Path.Combine(home, ".kube", "config") is var path && File.Exists(path))
            return Kubeconfig("the standard place", [path], isFound: true);
        return wishes.Context is null
            ? new("no setting, no service account of a pod and no kubeconfig: it is the standard address, without a credential", _ => Plain(ThisMachine))
            : throw new AccessException("--api.context names a context, and there is no kubeconfig; name it by --api.kubeconfig");

        FoundAccess Kubeconfig(string by, string[] paths, bool isFound)
        {
            var kubeconfig = new Kubeconfig([.. paths.Select(Path.GetFullPath)], wishes.Context, time);
            var context = wishes.Context is null ? "" : $", context \"{Printable.Of(wishes.Context)}\"";
            return new($"the kubeconfig {string.Join(':', kubeconfig.Paths)} ({by}{context})", files =>
            {
                try
                {
                    return kubeconfig.Read(files);
                }
                catch (AccessException fault) when (isFound)
                {
                    throw new AccessException($"{fault.Message} (found by {by}; to go around it, name another by --api.kubeconfig or the server by --api.server)", fault);
                }
            });
        }
    }

    private static ServerAccess Plain(Uri server) => new(server, Trust.OfSystem, Proxy: null, FixedCredential.None);

    /// <summary>A token and authorities that are named by flags take the place of those that were found.</summary>
    private static ServerAccess WithFlags(AccessWishes wishes, ServerAccess found, FileReadings files)
    {
        var access = found;
        if (wishes.AuthoritiesFile is { } authorities)
            access = access with { Trust = Authorities.Read(authorities, files) with { ServerName = found.Trust.ServerName } };
        if (wishes.TokenFile is { } token)
            access = access with { Credential = new TokenFileCredential(token) };
        return access;
    }
}
