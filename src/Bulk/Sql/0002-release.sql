-- Exports about so many people that a second person has to release them, and not before due_at. Who decided, and why, stands sealed in the box.
create table bulk_release (
    job {text} not null primary key,
    persons {long} not null,
    due_at {long} not null,
    decided_at {long},
    box {bytes}
) {strict};

-- Addresses of files that have served, until they would have ended by themselves.
create table bulk_address (
    nonce {text} not null primary key,
    until {long} not null
) {strict};
create index bulk_address_until on bulk_address (until);
