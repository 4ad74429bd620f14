-- Phones that answer for a person. An account's phones that are in use hold places 1 to 3; one that was revoked holds none and stays, for what it signed.
create table signin_phone (
    id {text} not null primary key,
    account {text} not null,
    place {long},
    name {text} not null,
    jwk {text} not null,
    thumbprint {text} not null,
    state {text} not null,
    since {long} not null,
    ended_at {long},
    why {text}
) {strict};

create unique index signin_phone_place on signin_phone (account, place);
create unique index signin_phone_thumbprint on signin_phone (thumbprint);
