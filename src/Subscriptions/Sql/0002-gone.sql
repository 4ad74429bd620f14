-- A deletion is told as well: by the version that deleted, 0 for what stands.
alter table subscriptions_event add column gone {long} not null default 0;
