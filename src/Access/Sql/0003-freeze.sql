-- Records whose sharing is suspended: two people claim one INS. Until the identity cell has decided, no professional reads them.
create table access_freeze (
    patient {long} not null,
    other {long} not null,
    since {long} not null,
    primary key (patient, other)
) {strict};
