-- Mail that was written and waits to be sent. Without a mail server it stays here, where staff can read it.
-- writers mail_outbox: server admin
create table mail_outbox (
    id         integer primary key,
    person     integer references person on delete set null, -- whom it is for
    address    text not null check (address <> ''),
    subject    text not null,
    body       text not null,
    created_at integer not null,
    state      text not null default 'waiting' check (state in ('waiting', 'under way', 'sent', 'refused', 'doubtful')),
    due_at     integer not null,                            -- not tried before
    sent_at    integer,
    tries      integer not null default 0,
    last_error text not null default ''
) strict;
create index mail_outbox_waiting on mail_outbox (due_at, id) where state = 'waiting';
create index mail_outbox_held    on mail_outbox (id) where state in ('refused', 'doubtful');
