-- One row for each person: what a search by traits compares, and what a card shows. The names stand here and nowhere else in clear.
create table identities_person (
    patient {long} not null primary key,
    number {long} not null,
    birth_key {text} not null,
    used_key {text} not null,
    first_key {text} not null,
    birth_date {text} not null,
    sex {text} not null,
    birth_place {text} not null,
    birth_name {text} not null,
    used_name {text},
    first_name {text} not null,
    used_first {text},
    status {text} not null
) {strict};
create index identities_person_birth on identities_person (birth_date, birth_key);

-- Keyed hash of « system|matricule ».
create table identities_ins (
    hash {long} not null,
    patient {long} not null,
    primary key (hash, patient)
) {strict};
create index identities_ins_patient on identities_ins (patient);

-- A matricule of production names one record only; those of tests are shared by everybody's samples.
create table identities_claim (
    hash {long} not null primary key,
    patient {long} not null
) {strict};
create index identities_claim_patient on identities_claim (patient);

-- Whom the demonstration's sign-in offers beside its professionals.
create table identities_demo (
    position {long} not null primary key,
    patient {long} not null,
    note {text} not null
) {strict};
