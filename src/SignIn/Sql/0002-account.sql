-- A session has a public number and knows whose it is and by what means; sessions from before know none of it and end.
delete from signin_session;
alter table signin_session add column sid {text} not null default '';
alter table signin_session add column person {long} not null default 0;
alter table signin_session add column account {text};
alter table signin_session add column means {text};
create unique index signin_session_sid on signin_session (sid);
create index signin_session_person on signin_session (person);

-- One human's means of signing in. Of no patient: looked up by the keyed hash of the agent. Name and agent are sealed.
create table signin_account (
    id {text} not null primary key,
    person {long} not null,
    kind {long} not null,
    facts {text} not null,
    level {text} not null,
    state {long} not null,
    why {text},
    since {long} not null
) {strict};

create unique index signin_account_person on signin_account (person);
