-- What the disclosure checks say of the files that are asked for.

-- A version of a requested file was checked, by these numbers. No row: the file is no table, or could not be read.
-- writers disclosure_check: airlock admin
create table disclosure_check (
    file     integer not null references review_file on delete cascade,
    version  integer not null,
    policy   text not null,                              -- its name
    numbers  text not null,                              -- JSON: the whole policy as it was in force
    earlier  integer not null,                           -- how many released tables it was compared with
    left_out integer not null,                           -- findings beyond those that are kept
    at       integer not null,
    primary key (file, version)
) strict, without rowid;

-- One thing that was found: it informs, people decide.
-- writers disclosure_finding: airlock admin
create table disclosure_finding (
    file        integer not null,
    version     integer not null,
    seq         integer not null,
    rule        text not null check (rule in ('threshold', 'dominance', 'p_percent', 'class_disclosure', 'rounding',
                                              'differencing', 'free_text', 'rows')),
    data_row    integer not null,                        -- the first below the heading is 1; 0: the column or the file
    data_column text not null,                           -- its name; empty: the file
    message     text not null,
    primary key (file, version, seq),
    foreign key (file, version) references disclosure_check on delete cascade
) strict, without rowid;
