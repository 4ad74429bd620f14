-- Papers that were issued, each by the hash of its code; what stands on it is sealed under the person's key.
create table rights_certificate (
    code {bytes} not null primary key,
    patient {long} not null,
    kind {text} not null,
    box {bytes} not null,
    issued {long} not null,
    until {text} not null,
    replaced {long}
) {strict};
create index rights_certificate_patient on rights_certificate (patient, kind);

-- A card that another carries for a time: whose it is, who gave it (the person or a parent), who holds it. Until it is taken up nobody does.
create table rights_delegation (
    code {bytes} not null primary key,
    giver {long} not null,
    maker {long} not null,
    holder {long},
    made {long} not null,
    until {long} not null,
    ended {long}
) {strict};
create index rights_delegation_giver on rights_delegation (giver);
create index rights_delegation_holder on rights_delegation (holder);

-- What a desk asked a phone to sign: once, and for this desk only.
create table rights_reading (
    id {text} not null primary key,
    nonce {long} not null unique,
    desk {long} not null,
    professional {text} not null,
    made {long} not null,
    until {long} not null,
    read_at {long},
    patient {long}
) {strict};
create index rights_reading_until on rights_reading (until);
