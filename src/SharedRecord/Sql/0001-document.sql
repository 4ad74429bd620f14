-- What the rules of the shared record need to know of a document without opening it. Hashes are keyed.
create table sharedrecord_document (
    patient {long} not null,
    number {long} not null,
    unique_hash {long} not null,
    set_hash {long} not null,
    version {long} not null,
    owner {long} not null,
    content {bytes} not null,
    blob {long},
    primary key (patient, number)
) {strict};
create unique index sharedrecord_document_unique on sharedrecord_document (patient, unique_hash);
create index sharedrecord_document_set on sharedrecord_document (patient, set_hash, version);
create index sharedrecord_document_any on sharedrecord_document (unique_hash);

-- Who has opened what: the unread mark of a document is the absence of a row.
create table sharedrecord_read (
    patient {long} not null,
    number {long} not null,
    reader {long} not null,
    at {long} not null,
    primary key (patient, reader, number)
) {strict};

-- Addresses of the viewer that were used: each serves once.
create table sharedrecord_view (
    nonce {long} not null primary key,
    at {long} not null
) {strict};

-- Files that were imported whole: the same bytes again add nothing.
create table sharedrecord_import (
    hash {bytes} not null primary key,
    at {long} not null
) {strict};
