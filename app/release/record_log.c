// What the log of the site says of a release: that it is whole, and what of it was taken back.
#include "kit/crypto.h"
#include "ledger/ledger.h"
#include "release/record.h"

// Both parts are JSON that this program wrote itself when the release was made.
Str record_text(Arena *a, Str release, const ReleaseWords *words)
{
    Buf b = {.a = a};
    buf_fmt(&b, "{\"release\":\"%.*s\",\n\"record\":", STR(release));
    buf_put(&b, words->metadata);
    buf_put(&b, S(",\n\"files\":"));
    buf_put(&b, words->requested_files);
    buf_put(&b, S("}\n"));
    return buf_str(&b);
}

static LedgerNews news_of(const ReleaseGet *r, LedgerKind kind, Time now)
{
    return (LedgerNews){.kind = kind,
                        .at = now,
                        .workspace = r->workspace,
                        .workspace_name = r->workspace_name,
                        .release = r->id};
}

static fallible files_name(Db *db, Arena *a, const ReleaseGet *r, LedgerNews *news)
{
    ReleaseFileList list;
    TRY(release_file_list(db, a, r->id, &list));
    LedgerFile *files = make(a, LedgerFile, list.n + 1);
    for (isize i = 0; i < list.n; i++)
        files[i] = (LedgerFile){.sha256 = list.v[i].filehash, .name = list.v[i].name};
    news->files = files;
    news->n = list.n;
    return NULL;
}

fallible record_log_release(Db *db, Arena *a, Time now, const ReleaseGet *r)
{
    LedgerNews news = news_of(r, LEDGER_RELEASE, now);
    ReleaseWords words;
    TRY(release_words(db, a, r->id, &words));
    news.record = sha256_hex(a, record_text(a, r->id, &words));
    TRY(files_name(db, a, r, &news));
    return ledger_append(db, a, &news);
}

fallible record_log_deletion(Db *db, Arena *a, Time now, const ReleaseGet *r, Str by, Str reason,
                             const ReleaseFile *f)
{
    LedgerNews news = news_of(r, LEDGER_DELETION, now);
    LedgerFile file = {.sha256 = f->filehash, .name = f->name};
    news.by = by;
    news.reason = reason;
    news.files = &file;
    news.n = 1;
    return ledger_append(db, a, &news);
}

fallible record_log_withdrawal(Db *db, Arena *a, Time now, const ReleaseGet *r, Str by, Str reason)
{
    LedgerNews news = news_of(r, LEDGER_WITHDRAWAL, now);
    news.by = by;
    news.reason = reason;
    TRY(files_name(db, a, r, &news));
    return ledger_append(db, a, &news);
}
