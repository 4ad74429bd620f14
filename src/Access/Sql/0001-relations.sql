-- Care relations that professionals declared. The patient key comes first: the table distributes by patient.
create table access_relation (
    patient {long} not null,
    professional {long} not null,
    since {long} not null,
    until {long} not null,
    ended {long},
    reason {text} not null,
    professional_id {text} not null,
    professional_name {text} not null,
    role {text},
    structure_name {text},
    primary key (patient, professional, since)
) {strict};
create index access_relation_professional on access_relation (professional, until);

-- Parents of a minor. The child's key comes first: the fact belongs to the child's record.
create table access_guardian (
    child {long} not null,
    guardian {long} not null,
    birth_date {text} not null,
    primary key (child, guardian)
) {strict};
create index access_guardian_guardian on access_guardian (guardian);

-- Searches counted per actor, hour and kind; rows of past days are of no use.
create table access_budget (
    actor {long} not null,
    kind {text} not null,
    hour {long} not null,
    used {long} not null,
    primary key (actor, kind, hour)
) {strict};
