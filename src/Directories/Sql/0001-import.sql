-- One line of an extract as it was read last: by its hash the same file again is told from a changed one. Slots are dense, so that what a
-- run has seen fits in one bit per line.
create table directories_line (
    kind {long} not null,
    key {long} not null,
    slot {long} not null,
    hash {long} not null,
    marks {bytes} not null,
    person {long} not null,
    role {long} not null,
    label {text} not null,
    facts {text} not null,
    primary key (kind, key)
) {strict};

-- One import of one extract, and what it counted.
create table directories_run (
    id {long} not null primary key,
    kind {long} not null,
    file {text} not null,
    extracted {text} not null,
    began {long} not null,
    ended {long},
    lines {long} not null,
    added {long} not null,
    changed {long} not null,
    removed {long} not null,
    same {long} not null,
    skipped {long} not null
) {strict};

-- The report of a run, line by line; what stayed the same is only counted.
create table directories_change (
    run {long} not null,
    number {long} not null,
    line {long} not null,
    what {text} not null,
    label {text} not null,
    detail {text} not null,
    primary key (run, number)
) {strict};
