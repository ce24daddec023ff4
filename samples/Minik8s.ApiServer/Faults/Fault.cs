using System.Text;
using Minik8s.ApiServer.Http;

namespace Minik8s.ApiServer.Faults;

/// <summary>How an answer goes on after it was cut.</summary>
internal enum CutEnd
{
    /// <summary>The answer ends in good order, with too little in it.</summary>
    End,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>Nothing more comes, and the connection stays.</summary>
    Stall,

    /// <summary>What was inserted comes in between; the rest follows.</summary>
    GoOn,
}

/// <summary>What goes wrong with a request.</summary>
internal abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Whether the request still goes on to further faults and the server.</summary>
    public virtual bool PassesOn => false;

    /// <summary>Answers a while later than it could.</summary>
    public sealed record Delay(TimeSpan For) : Fault
    {
        public override bool PassesOn => true;
    }

    /// <summary>Answers only when the task has completed.</summary>
    public sealed record HoldUntil(Task Released) : Fault
    {
        public override bool PassesOn => true;
    }

    /// <summary>Sends the headers of a watch only with its first event.</summary>
    public sealed record HoldHeaders : Fault
    {
        public override bool PassesOn => true;
    }

    /// <summary>
    /// Answers a list as if there were nothing: whole, of the present version, and empty; so are the initial events of a watch,
    /// and what follows them is true. Other requests pass.
    /// </summary>
    public sealed record EmptyList : Fault
    {
        public override bool PassesOn => true;
    }

    /// <summary>Closes the connection without an answer.</summary>
    public sealed record Refuse : Fault;

    /// <summary>Never answers. Ends when the client goes or the fault is removed.</summary>
    public sealed record Stall : Fault;

    /// <summary>Answers something else.</summary>
    public sealed record Reply(int Code, byte[] Body, string ContentType = "application/json", string? RetryAfter = null) : Fault
    {
        /// <summary>A Status as a real server words it, without <c>Retry-After</c> unless it is given.</summary>
        public static Reply Status(int code, string? reason = null, string? message = null, string? retryAfter = null) =>
            new(code, new Status(code, reason ?? ReasonOf(code), message ?? ReasonOf(code)).ToJson(), RetryAfter: retryAfter);

        /// <summary>A refusal by RBAC: the user may not do that to that kind, anywhere in the cluster.</summary>
        public static Reply Forbidden(string user, string verb, string resource) => new(403, new Status(
            403, "Forbidden",
            $"{resource} is forbidden: User \"{user}\" cannot {verb} resource \"{resource}\" in API group \"\" at the cluster scope",
            new StatusDetails(Kind: resource)).ToJson());

        public static Reply Text(string body, int code = 200, string contentType = "application/json") =>
            new(code, Encoding.UTF8.GetBytes(body), contentType);

        private static string ReasonOf(int code) => code switch
        {
            400 => "BadRequest",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "NotFound",
            405 => "MethodNotAllowed",
            409 => "Conflict",
            410 => "Expired",
            429 => "TooManyRequests",
            500 => "InternalError",
            503 => "ServiceUnavailable",
            504 => "Timeout",
            _ => "Unknown",
        };
    }

    /// <summary>
    /// Answers an opening and then one letter after the other, as a name without an end would look. Nothing of it is held in memory.
    /// </summary>
    /// <param name="Length">How many letters follow the opening, before the answer ends in good order. Default: until the client goes.</param>
    public sealed record Flood(byte[] Opening, long Length = long.MaxValue) : Fault;

    /// <summary>
    /// Answers rightly up to a point: after so many whole frames (lines) and then so many bytes of what follows.
    /// </summary>
    /// <param name="Insert">Bytes that come at the cut.</param>
    public sealed record Cut(CutEnd Then, int AfterFrames = 0, long AfterBytes = 0, byte[]? Insert = null) : Fault;
}
