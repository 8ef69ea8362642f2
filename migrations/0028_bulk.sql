-- What a bulk load has set aside: the statements that put indexes and foreign keys back. Empty but while one runs, or after one
-- was interrupted; whoever opens the database next puts them back.
create table set_aside (
    place bigint not null primary key,
    statement text not null
);
