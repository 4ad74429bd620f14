-- What is kept in memory somewhere was changed: one row per kind and process, counted up in the commit that changes it.
create table platform_change (
    kind {text} not null,
    source {long} not null,
    version {long} not null,
    at {long} not null,
    primary key (kind, source)
) {strict};
