-- database: server

-- exec airlock_event_add(backend i64, event text, now time): heard for the first time, or no change
insert into airlock_event (backend, event, at) values (:backend, :event, :now) on conflict do nothing;
