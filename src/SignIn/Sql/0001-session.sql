-- A session, known by the hash of its cookie only. A technical table of no patient: an exception to "patient first", looked up by hash.
create table signin_session (
    hash {bytes} not null primary key,
    agent {text} not null,
    started_at {long} not null,
    seen_at {long} not null,
    idle_until {long} not null,
    ends_at {long} not null
) {strict};

create index signin_session_ends on signin_session (ends_at);
