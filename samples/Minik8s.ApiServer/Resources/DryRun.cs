using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Resources;

/// <summary>Whether a writer only wants to see what would happen.</summary>
internal static class DryRun
{
    /// <param name="stages">What stands under <c>dryRun</c>; nothing: write.</param>
    /// <exception cref="StatusException">422: it is not <c>All</c>. To write then would be the worst answer.</exception>
    public static bool IsWanted(IReadOnlyList<string?> stages) => stages.All(stage => stage == "All")
        ? stages.Count > 0
        : throw new StatusException(Status.Invalid("Options.meta.k8s.io", "",
            [new StatusCause("FieldValueNotSupported", "Unsupported value: supported values: \"All\"", "dryRun")]));
}
