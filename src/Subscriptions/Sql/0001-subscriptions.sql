-- Who asked to be told of what, as the Subscription says it; what it says stands sealed in the box.
create table subscriptions_watch (
    id {text} not null primary key,
    owner {long} not null,
    status {text} not null,
    tries {long} not null,
    due_at {long} not null,
    last_number {long} not null,
    sent_at {long} not null,
    box {bytes} not null
) {strict};

-- What happened, written with the change that made it: places only. It gets its number when it is told, and only if it may be told.
create table subscriptions_event (
    watch {text} not null,
    at {long} not null,
    patient {long} not null,
    number {long} not null,
    event {long},
    primary key (watch, at, patient, number)
) {strict};
create index subscriptions_event_told on subscriptions_event (watch, event);
create index subscriptions_event_waiting on subscriptions_event (watch, at) where event is null;
