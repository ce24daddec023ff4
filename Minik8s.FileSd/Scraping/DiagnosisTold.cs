namespace Minik8s.FileSd.Scraping;

internal enum Telling
{
    Nothing,

    /// <summary>What the diagnosis says.</summary>
    Lacks,

    /// <summary>That Prometheus has all targets again.</summary>
    HasAll,
}

/// <summary>
/// What is wrong with a file is told once while it is the same. Where one thing follows another, as while Prometheus takes up what
/// it can read again, the other is told when it has stood for the grace. That scrapes fail, Prometheus tells better itself.
/// </summary>
internal sealed class DiagnosisTold(TimeSpan grace)
{
    private DiagnosisKind? _told;
    private (DiagnosisKind Kind, DateTimeOffset Since)? _other;

    public Telling Next(FileComparison file, DateTimeOffset now)
    {
        switch (file.Kind)
        {
            // While it still lacks something, it does not have all again.
            case null or DiagnosisKind.Failing when _told is null || file.Lag > TimeSpan.Zero:
                return Telling.Nothing;
            case null or DiagnosisKind.Failing:
                (_told, _other) = (null, null);
                return Telling.HasAll;
            case var same when same == _told:
                _other = null;
                return Telling.Nothing;
            case { } other when _told is not null && _other?.Kind != other:
                _other = (other, now);
                return Telling.Nothing;
            case not null when _told is not null && now - _other!.Value.Since < grace:
                return Telling.Nothing;
            case { } wrong:
                (_told, _other) = (wrong, null);
                return Telling.Lacks;
        }
    }
}
