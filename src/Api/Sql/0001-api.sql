-- Writes that were sent with an Idempotency-Key, for a day: what was sent (a digest) and where the answer stands, never what it holds.
create table api_idempotency (
    key {long} not null primary key,
    fingerprint {bytes} not null,
    written {text} not null,
    until {long} not null
) {strict};
create index api_idempotency_until on api_idempotency (until);
