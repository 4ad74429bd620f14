-- What serves once and has served: assertions of the SOAP service, presented cards. Keyed hashes; a row goes when what it names would no longer hold anyway.
create table identities_once (
    hash {long} not null primary key,
    until {long} not null
) {strict};
create index identities_once_until on identities_once (until);
