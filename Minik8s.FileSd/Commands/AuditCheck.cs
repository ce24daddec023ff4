using Minik8s.FileSd.Auditing;

namespace Minik8s.FileSd.Commands;

/// <summary>Whether the audit trail can grow. Nothing stays of the trial, and a trail that is there stays as it is.</summary>
internal static class AuditCheck
{
    public static Tick Of(AuditFile file, string path)
    {
        const string name = "audit";
        return Trial.Fault(file.Try) is { } fault
            ? new(TickState.Bad, name, $"{path} cannot be written to: {fault}", "give the daemon's user the right to write there, or name another file by --audit.file")
            : Trial.Fault(file.TryTurn) is { } turn
            ? new(TickState.Warning, name, $"{path} can be written to, and cannot become {file.Older} when it has grown to --audit.max-bytes: {turn}", "give the daemon's user the right to write to its folder")
            : new(TickState.Good, name, $"{path} can be written to");
    }
}
