-- A passkey, known by the hash of its credential id; the id, the public key and the name are sealed.
create table signin_passkey (
    id {text} not null primary key,
    account {text} not null,
    credential {bytes} not null,
    facts {text} not null,
    counter {long} not null,
    since {long} not null,
    used_at {long},
    ended_at {long},
    why {text}
) {strict};

create unique index signin_passkey_credential on signin_passkey (credential);
create index signin_passkey_account on signin_passkey (account);

-- What a browser was asked and may answer once, for two minutes.
create table signin_challenge (
    hash {bytes} not null primary key,
    state {text} not null,
    until {long} not null
) {strict};

create index signin_challenge_until on signin_challenge (until);

-- Attempts that are counted: of whom or from where by a keyed hash.
create table signin_try (
    id {long} not null primary key,
    what {long} not null,
    at {long} not null
) {strict};

create index signin_try_what on signin_try (what, at);
create index signin_try_at on signin_try (at);

-- Somebody who opens or recovers a means of signing in: a browser's secret by its hash, the rest sealed.
create table signin_journey (
    hash {bytes} not null primary key,
    number {text} not null,
    body {text} not null,
    version {long} not null,
    until {long} not null
) {strict};

create unique index signin_journey_number on signin_journey (number);
create index signin_journey_until on signin_journey (until);

-- A code that a registrar hands over to somebody they see.
create table signin_handover (
    hash {bytes} not null primary key,
    body {text} not null,
    until {long} not null
) {strict};

create index signin_handover_until on signin_handover (until);

-- The paper code of an account, and the recovery that waits by it.
create table signin_paper (
    account {text} not null primary key,
    hash {bytes} not null,
    made_at {long} not null,
    asked_at {long}
) {strict};

create unique index signin_paper_hash on signin_paper (hash);

-- Who could not open a means of signing in and asked for help: what they had done is kept.
create table signin_help (
    number {text} not null primary key,
    body {text} not null,
    at {long} not null,
    done_at {long}
) {strict};

-- Messages of the demonstration, in the place of mail and telephone.
create table signin_message (
    id {long} not null primary key,
    body {text} not null,
    at {long} not null
) {strict};

create index signin_message_at on signin_message (at);
