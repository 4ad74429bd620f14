-- What somebody asks to have corrected in their own entry, until a registrar has decided. The entry itself is the resource.
create table directories_correction (
    id {long} not null primary key,
    rpps {text} not null,
    name {text} not null,
    state {text} not null,
    asked {long} not null,
    body {text} not null,
    decided {long},
    decided_by {text},
    reason {text}
) {strict};
create index directories_correction_state on directories_correction (state, asked);
create index directories_correction_rpps on directories_correction (rpps, asked);
