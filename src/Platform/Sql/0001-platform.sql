-- A patient's own key, wrapped. Patient 0 is the shared space.
create table platform_patient_key (
    patient {long} not null primary key,
    box {bytes} not null,
    made_at {long} not null
) {strict};

-- People whose key was destroyed, by patient key only.
create table platform_shred (
    patient {long} not null primary key,
    at {long} not null
) {strict};

-- The audit log: entries numbered without a gap within each log.
create table platform_audit (
    log {long} not null,
    seq {long} not null,
    patient {long} not null,
    entry {bytes} not null,
    hash {bytes} not null,
    mac {bytes} not null,
    primary key (log, seq)
) {strict};

create index platform_audit_patient on platform_audit (patient, log, seq) where patient <> 0;

-- How far each log goes, sealed: this is how the removal of the last entry is seen.
create table platform_audit_log (
    log {long} not null primary key,
    seq {long} not null,
    drained {long} not null,
    mac {bytes} not null
) {strict};

-- The signed heads: number, text as it is copied outside, and the frontier from which the tree goes on.
create table platform_audit_head (
    number {long} not null primary key,
    line {text} not null,
    frontier {bytes} not null
) {strict};

-- A document's bytes, in chunks under a key of its own, wrapped under the patient's key when it is published.
-- While it is staged nobody knows its patient: keyed by its own number, one of the exceptions to "patient first".
create table platform_blob (
    id {long} not null primary key,
    patient {long} not null,
    box {bytes},
    size {long} not null,
    chunks {long} not null,
    sha1 {bytes},
    sha256 {bytes},
    staged_at {long} not null,
    published {bool} not null
) {strict};

create index platform_blob_staged on platform_blob (staged_at) where box is null;

create table platform_blob_chunk (
    blob {long} not null,
    chunk {long} not null,
    box {bytes} not null,
    primary key (blob, chunk)
) {strict};

create table platform_outbox (
    id {long} not null primary key,
    kind {text} not null,
    body {bytes} not null,
    made_at {long} not null,
    due_at {long} not null,
    attempts {long} not null
) {strict};

create index platform_outbox_due on platform_outbox (due_at, id);

create table platform_job (
    name {text} not null primary key,
    due_at {long} not null,
    ran_at {long},
    outcome {text}
) {strict};
