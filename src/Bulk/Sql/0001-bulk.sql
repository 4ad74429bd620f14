-- What is answered later. Who asked for what, and how far it is, stand sealed in the boxes.
create table bulk_job (
    id {text} not null primary key,
    kind {text} not null,
    state {text} not null,
    owner {long} not null,
    made_at {long} not null,
    ended_at {long},
    expires_at {long} not null,
    request {bytes} not null,
    progress {bytes},
    fault {text}
) {strict};
create index bulk_job_state on bulk_job (state, made_at);
create index bulk_job_owner on bulk_job (owner, state);

-- The files of a job: what it was given (input) and what it made (output, deleted). Their bytes are blobs of the shared space.
create table bulk_file (
    job {text} not null,
    number {long} not null,
    kind {text} not null,
    type {text} not null,
    blob {long} not null,
    lines {long} not null,
    bytes {long} not null,
    primary key (job, number)
) {strict};

-- Whose records went into an export: each is traced once, and looked at again before a download.
create table bulk_person (
    job {text} not null,
    patient {long} not null,
    primary key (job, patient)
) {strict};

-- What could not be done, an OperationOutcome each, sealed: the error file is these rows.
create table bulk_fault (
    job {text} not null,
    number {long} not null,
    box {bytes} not null,
    primary key (job, number)
) {strict};
