-- The software that may ask here: what it is registered with, sealed. Few rows, kept in memory.
create table signin_client (
    id {text} not null primary key,
    state {text} not null,
    body {text} not null,
    made_at {long} not null
) {strict};

-- Keys that sign id tokens, sealed; each is published before it signs and stays published until what it signed has ended.
create table signin_key (
    id {text} not null primary key,
    body {text} not null,
    signs_from {long} not null,
    ends_at {long} not null
) {strict};

-- What a software asked for, pushed (RFC 9126) or waiting for somebody to sign in. By the hash of its name.
create table signin_request (
    hash {bytes} not null primary key,
    body {text} not null,
    ends_at {long} not null
) {strict};
create index signin_request_ends on signin_request (ends_at);

-- What a person (by a keyed hash) gave a software in one session: codes, access and refresh tokens of one family.
create table signin_grant (
    id {text} not null primary key,
    client {text} not null,
    agent {long} not null,
    session {text} not null,
    body {text} not null,
    made_at {long} not null,
    ends_at {long} not null,
    ended_at {long}
) {strict};
create index signin_grant_session on signin_grant (session);
create index signin_grant_agent on signin_grant (agent, client);
create index signin_grant_ends on signin_grant (ends_at);
create index signin_grant_ended on signin_grant (ended_at) where ended_at is not null;

-- Codes and refresh tokens, by their hash; one that was used stays until it would have ended, so that a second use is seen.
create table signin_ticket (
    hash {bytes} not null primary key,
    kind {text} not null,
    family {text} not null,
    body {text} not null,
    ends_at {long} not null,
    used_at {long}
) {strict};
create index signin_ticket_ends on signin_ticket (ends_at);

-- Which software a person (by a keyed hash) said yes to, and to what.
create table signin_consent (
    agent {long} not null,
    client {text} not null,
    scopes {text} not null,
    given_at {long} not null,
    primary key (agent, client)
) {strict};

-- Assertions of software that have served.
create table signin_once (
    hash {bytes} not null primary key,
    until {long} not null
) {strict};
create index signin_once_until on signin_once (until);
