-- The head row: the current version of a resource with what a search filters on. Every key starts with the patient.
create table store_resource (
    patient {long} not null,
    number {long} not null,
    type {long} not null,
    version {long} not null,
    updated {long} not null,
    deleted {long} not null,
    owner {long} not null,
    labels {long} not null,
    main_code {long} not null,
    main_date {long} not null,
    blob {long},
    hashes {bytes} not null,
    body {bytes} not null,
    primary key (patient, number)
) {strict};
create index store_resource_code on store_resource (patient, type, main_code, main_date, number);
create index store_resource_type on store_resource (type, updated, patient, number);

-- The versions that are no longer current.
create table store_version (
    patient {long} not null,
    number {long} not null,
    version {long} not null,
    type {long} not null,
    updated {long} not null,
    deleted {long} not null,
    owner {long} not null,
    labels {long} not null,
    blob {long},
    body {bytes} not null,
    primary key (patient, number, version)
) {strict};
create index store_version_type on store_version (type, updated, patient, number);

-- Ids that were brought along: hash of « Type/id ». Two depositors may bring the same one.
create table store_alias (
    hash {long} not null,
    patient {long} not null,
    number {long} not null,
    primary key (hash, patient, number)
) {strict};

-- Global, small: type|system|value and type|value, hashed.
create table store_identifier (
    hash {long} not null,
    patient {long} not null,
    number {long} not null,
    primary key (hash, patient, number)
) {strict};

-- Global, small: words of names, normalised. Erased for good when a person is.
create table store_name (
    type {long} not null,
    word {text} not null,
    patient {long} not null,
    number {long} not null,
    primary key (type, word, patient, number)
) {strict};

-- Who refers to a target (hash of « Type/id »), other than to its own patient.
create table store_reference (
    target {long} not null,
    type {long} not null,
    patient {long} not null,
    number {long} not null,
    primary key (target, type, patient, number)
) {strict};

-- The other codings of the main code.
create table store_coding (
    patient {long} not null,
    type {long} not null,
    code {long} not null,
    number {long} not null,
    primary key (patient, type, code, number)
) {strict};
