-- What a resource of the offer says for the search: its number is its place in the shared space. Rewritten whenever it is written.
create table directories_offer_place (
    number {long} not null primary key,
    latitude {long} not null,
    longitude {long} not null,
    cell {long} not null,
    features {long} not null,
    zone {long} not null
) {strict};

create table directories_offer_structure (
    number {long} not null primary key,
    features {long} not null
) {strict};

create table directories_offer_service (
    number {long} not null primary key,
    features {long} not null,
    hours {long} not null
) {strict};

-- Where a service or a situation of practice says that it is.
create table directories_offer_at (
    number {long} not null,
    place {long} not null,
    primary key (number, place)
) {strict};
create index directories_offer_at_place on directories_offer_at (place, number);

-- One row for each specialty of a service or situation; located is the one whose places count: itself, or its service.
create table directories_offer_link (
    number {long} not null,
    specialty {text} not null,
    service {long} not null,
    located {long} not null,
    structure {long} not null,
    features {long} not null,
    hours {long} not null,
    primary key (number, specialty, service)
) {strict};
create index directories_offer_link_service on directories_offer_link (service);
create index directories_offer_link_located on directories_offer_link (located);
create index directories_offer_link_structure on directories_offer_link (structure);

-- The same hours stand once, under a hash of their text.
create table directories_offer_hours (
    id {long} not null primary key,
    hours {text} not null
) {strict};

-- What the search reads, made from the tables above: latitude and longitude in millionths of a degree.
create table directories_offer (
    number {long} not null,
    specialty {text} not null,
    service {long} not null,
    place {long} not null,
    structure {long} not null,
    cell {long} not null,
    latitude {long} not null,
    longitude {long} not null,
    features {long} not null,
    hours {long} not null,
    zone {long} not null,
    primary key (number, specialty, service, place)
) {strict};
-- Holds every column, so that a search never leaves it.
create index directories_offer_search on directories_offer
    (specialty, cell, features, latitude, longitude, hours, zone, number, service, place, structure);
create index directories_offer_service_of on directories_offer (service);
create index directories_offer_place_of on directories_offer (place);
create index directories_offer_structure_of on directories_offer (structure);

-- Bed capacity as its place says it: one row an indicator, with the moment it was true (microseconds).
create table directories_offer_beds (
    place {long} not null,
    position {long} not null,
    nature {text} not null,
    status {text} not null,
    temporality {text} not null,
    beds {long} not null,
    updated {long} not null,
    primary key (place, position)
) {strict};
