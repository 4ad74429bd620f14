-- The keys of the Annuaire Santé interface, known by their hash only. A technical table of no patient, looked up by hash.
create table directories_annuaire_key (
    hash {bytes} not null primary key,
    name {text} not null,
    restricted {bool} not null,
    per_second {long},
    made_at {long} not null
) {strict};

create unique index directories_annuaire_key_name on directories_annuaire_key (name);
