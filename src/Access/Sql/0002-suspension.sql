-- A professional who may not practise: from a moment on, until another or for good.
create table access_suspension (
    agent {text} not null,
    since {long} not null,
    until {long},
    why {text} not null,
    ordered_by {text} not null,
    primary key (agent, since)
) {strict};
