-- A role outside RPPS and ADELI that an employer registered (RPPS+), by the numbers of its entries: names stand in the entries only. person is
-- a keyed hash of the national identifier; ends is in microseconds.
create table directories_role (
    id {long} not null primary key,
    person {long} not null,
    practitioner {long} not null,
    role {long} not null,
    structure {text} not null,
    code {text} not null,
    registered {long} not null,
    ends {long} not null,
    state {text} not null
) {strict};
create unique index directories_role_once on directories_role (person, code) where state = 'active';
create index directories_role_due on directories_role (state, ends);
create index directories_role_structure on directories_role (structure, state, ends);
create index directories_role_practitioner on directories_role (practitioner, state);
