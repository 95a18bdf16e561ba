// The pool: a fixed number of connections that threads take and give back.
#include <pthread.h>

#include "db/connection.h"

typedef struct Shelf {
    Db **v;
    int n, free; // v[0..free) are free
} Shelf;

struct DbPool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    Shelf shelves[2]; // by DbMode
    Db **all;
    int all_n;
};

static fallible fill(Arena *a, DbPool *p, Str path, DbKind kind, DbRole role, DbMode mode)
{
    Shelf *s = &p->shelves[mode];
    for (int i = 0; i < s->n; i++) {
        TRY(db_open(a, path, kind, role, mode, &s->v[i]));
        p->all[p->all_n++] = s->v[i];
        s->free++;
    }
    return NULL;
}

fallible db_pool_open(Arena *a, Str path, DbKind kind, DbRole role, int readers, int writers,
                      DbPool **out)
{
    DbPool *p = make(a, DbPool, 1);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->given, NULL);
    p->all = make(a, Db *, readers + writers);
    p->shelves[DB_READ_ONLY] = (Shelf){make(a, Db *, readers), readers, 0};
    p->shelves[DB_READ_WRITE] = (Shelf){make(a, Db *, writers), writers, 0};
    // Writers first: a reader cannot make the files that a WAL database needs.
    Err *e = fill(a, p, path, kind, role, DB_READ_WRITE);
    if (!e) e = fill(a, p, path, kind, role, DB_READ_ONLY);
    if (!e) e = db_check_current(p->all[0], a);
    if (e)
        db_pool_close(p);
    else
        *out = p;
    return e;
}

void db_pool_close(DbPool *p)
{
    if (!p) return;
    for (int i = p->all_n - 1; i >= 0; i--)
        db_close(p->all[i]);
    p->all_n = 0;
    pthread_cond_destroy(&p->given);
    pthread_mutex_destroy(&p->lock);
}

Db *db_take(DbPool *p, DbMode mode)
{
    Shelf *s = &p->shelves[mode];
    must(s->n > 0);
    pthread_mutex_lock(&p->lock);
    while (!s->free)
        pthread_cond_wait(&p->given, &p->lock);
    Db *db = s->v[--s->free];
    pthread_mutex_unlock(&p->lock);
    return db;
}

void db_give(DbPool *p, Db *db)
{
    if (!db) return;
    db_rollback(db);
    Shelf *s = &p->shelves[db->mode];
    pthread_mutex_lock(&p->lock);
    must(s->free < s->n);
    s->v[s->free++] = db;
    pthread_cond_broadcast(&p->given);
    pthread_mutex_unlock(&p->lock);
}
