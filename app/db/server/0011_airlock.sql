-- What airlocks have told of their requests: each event once, however often it is sent.
-- writers airlock_event: server admin
create table airlock_event (
    backend integer not null references backend,
    event   text not null,                               -- the airlock's own name of it
    at      integer not null,
    primary key (backend, event)
) strict, without rowid;
