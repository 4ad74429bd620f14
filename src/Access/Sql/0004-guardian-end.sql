-- A parent's authority may end before the child is of age.
alter table access_guardian add column ended {long};
