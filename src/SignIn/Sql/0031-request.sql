-- What is asked of a person's phones. Whoever asked knows the ticket; an account that is null belongs to nobody, and its request lapses.
create table signin_phone_request (
    id {text} not null primary key,
    ticket {bytes} not null,
    account {text},
    client {text} not null,
    pair {long} not null,
    body {text} not null,
    nonce {text} not null,
    state {text} not null,
    asked_at {long} not null,
    expires_at {long} not null,
    polled_at {long} not null,
    pause {long} not null,
    phone {text},
    answered_at {long},
    signature {text}
) {strict};

create unique index signin_phone_request_ticket on signin_phone_request (ticket);
create index signin_phone_request_account on signin_phone_request (account, expires_at);
create index signin_phone_request_expires on signin_phone_request (expires_at);

-- What one client asked of one person: the last three times, and until when nothing more may be asked.
create table signin_phone_prompt (
    pair {long} not null primary key,
    first_at {long} not null,
    second_at {long} not null,
    third_at {long} not null,
    waits_until {long} not null
) {strict};

-- The word that a phone's key signed when it was enrolled serves once.
alter table signin_phone add column enrolment {bytes};
create unique index signin_phone_enrolment on signin_phone (enrolment);
