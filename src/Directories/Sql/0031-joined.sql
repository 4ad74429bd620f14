-- Entries of one person that became one: whose lines of the extracts are still to be said to be of the one that goes on.
create table directories_joined (
    gone {long} not null primary key,
    kept {long} not null
) {strict};
