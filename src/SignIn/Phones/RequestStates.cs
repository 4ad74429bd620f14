namespace Socle.SignIn;

/// <summary>Where a request stands that was put to a person's phones.</summary>
enum RequestState { Waiting, Approved, Refused, NotMe, WrongNumber, Spent, Lapsed }

/// <summary>What happens to it: on a phone (the first four), by the client that asks what became of it, and by time.</summary>
enum RequestEvent { Approve, WrongNumber, Refuse, NotMe, Poll, PollTooSoon, Expire }

/// <summary>What whoever caused the event is told.</summary>
enum RequestAnswer { Accepted, Closed, Alerted, WrongNumber, AnsweredBefore, TooLate, Pending, SlowDown, Tokens, Denied, Expired, Unknown, Nothing }

/// <param name="Next">Where the request stands then.</param>
readonly record struct RequestStep(RequestState Next, RequestAnswer Told);

/// <summary>
/// What may happen to a request, as a table: one answer of one phone counts, a wrong number closes, what was approved is fetched once, and time ends
/// everything that was not fetched (CIBA Core 1.0 §11).
/// </summary>
static class RequestStates
{
    static readonly RequestEvent[] OfPhone = [RequestEvent.Approve, RequestEvent.WrongNumber, RequestEvent.Refuse, RequestEvent.NotMe];

    public static IReadOnlyDictionary<(RequestState, RequestEvent), RequestStep> Table { get; } = Make();

    public static RequestStep Next(RequestState state, RequestEvent happened) => Table[(state, happened)];

    /// <summary>The state that a row of the database stands for at this moment.</summary>
    public static RequestState At(RequestState kept, bool isOver) => isOver ? Next(kept, RequestEvent.Expire).Next : kept;

    static Dictionary<(RequestState, RequestEvent), RequestStep> Make()
    {
        var table = new Dictionary<(RequestState, RequestEvent), RequestStep>();
        foreach (var state in Enum.GetValues<RequestState>())
        {
            foreach (var late in OfPhone) table[(state, late)] = new(state, state == RequestState.Lapsed ? RequestAnswer.TooLate : RequestAnswer.AnsweredBefore);
            table[(state, RequestEvent.Expire)] = state == RequestState.Spent ? new(state, RequestAnswer.Nothing) : new(RequestState.Lapsed, RequestAnswer.Nothing);
            // A client that asks too often is told so while it has to wait; an answer that is there is not kept from it.
            foreach (var poll in new[] { RequestEvent.Poll, RequestEvent.PollTooSoon }) table[(state, poll)] = Polled(state);
        }
        table[(RequestState.Waiting, RequestEvent.Approve)] = new(RequestState.Approved, RequestAnswer.Accepted);
        table[(RequestState.Waiting, RequestEvent.WrongNumber)] = new(RequestState.WrongNumber, RequestAnswer.WrongNumber);
        table[(RequestState.Waiting, RequestEvent.Refuse)] = new(RequestState.Refused, RequestAnswer.Closed);
        table[(RequestState.Waiting, RequestEvent.NotMe)] = new(RequestState.NotMe, RequestAnswer.Alerted);
        table[(RequestState.Waiting, RequestEvent.PollTooSoon)] = new(RequestState.Waiting, RequestAnswer.SlowDown);
        return table;
    }

    static RequestStep Polled(RequestState state) => state switch
    {
        RequestState.Waiting => new(state, RequestAnswer.Pending),
        RequestState.Approved => new(RequestState.Spent, RequestAnswer.Tokens),
        RequestState.Spent => new(state, RequestAnswer.Unknown),
        RequestState.Lapsed => new(state, RequestAnswer.Expired),
        _ => new(state, RequestAnswer.Denied)
    };
}
