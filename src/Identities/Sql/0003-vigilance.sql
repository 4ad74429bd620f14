-- Identity vigilance. Which of a person's numbers are former ones, and the last figure of their system.
alter table identities_ins add column old {long} not null default 0;
alter table identities_ins add column kind {long} not null default 0;

-- What the matcher compares beside the traits; only of whom something is known. Phone and address as keyed hashes.
create table identities_beside (
    patient {long} not null primary key,
    phone {long} not null,
    address {long} not null,
    birth_order {long} not null,
    former {text} not null
) {strict};

-- By what a person is found again who was written a little differently: keyed hashes of the blocking keys.
create table identities_block (
    hash {long} not null,
    patient {long} not null,
    primary key (hash, patient)
) {strict};
create index identities_block_patient on identities_block (patient);

-- Who was written and is not yet compared with the others.
create table identities_pending (
    patient {long} not null primary key
) {strict};
insert into identities_pending (patient) select patient from identities_person;

-- The work of the identity cell. A pair has one case of a kind: what was decided stays decided.
create table identities_case (
    id {long} not null primary key,
    kind {text} not null,
    state {text} not null,
    one {long} not null,
    other {long} not null,
    score {long} not null,
    opened {long} not null,
    opened_by {text} not null,
    note {text} not null,
    closed {long},
    closed_by {text},
    decision {text},
    why {text}
) {strict};
create unique index identities_case_pair on identities_case (one, other, kind);
create index identities_case_queue on identities_case (state, kind, opened);
create index identities_case_other on identities_case (other);

-- A merge as it was done: the versions of both Patients that it replaced, to give back what they said.
create table identities_link (
    merged {long} not null primary key,
    survivor {long} not null,
    merged_version {long} not null,
    survivor_version {long} not null,
    since {long} not null,
    by_name {text} not null,
    why {text} not null
) {strict};
