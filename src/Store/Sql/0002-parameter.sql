-- Search parameters that are indexed beside those the rows were written with: custom ones, one row per base type, each under a number
-- of its own for good; and one of R4 when the form of its index changed. How far the background walk has come stands here too.
create table store_parameter (
    number {long} not null primary key,
    resource {long} not null,
    type {text} not null,
    code {text} not null,
    signature {long} not null,
    state {text} not null,
    since {long} not null,
    walked_type {long} not null,
    walked_updated {long} not null,
    walked_patient {long} not null,
    walked_number {long} not null,
    walked {long} not null
) {strict};
