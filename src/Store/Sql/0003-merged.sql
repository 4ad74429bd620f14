-- Records that are one person's: the key of the one that was merged leads to the one that goes on. Nothing is moved; a link that is
-- taken away gives each record its own back. Never a chain: a survivor is nobody's merged.
create table store_merged (
    patient {long} not null primary key,
    survivor {long} not null,
    since {long} not null
) {strict};
create index store_merged_survivor on store_merged (survivor);
