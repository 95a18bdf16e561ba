// Whether two archives stand in one log.
#include "crate/verify.h"

static const VerdictEntry *newest(const CrateVerdict *v)
{
    const VerdictEntry *out = &v->entries[0];
    for (isize i = 1; i < v->entries_n; i++)
        if (v->entries[i].size > out->size) out = &v->entries[i];
    return out;
}

// What the site itself says between the two: signed by the same key, from the one's state to the other's.
static fallible growth_judge(Arena *a, const CrateVerdict *v, const LogGrowth *g,
                             const VerdictEntry *one, const VerdictEntry *two, LogsRelation *out)
{
    MinisignKey key;
    Checkpoint later;
    TRY(minisign_key_read(a, v->key_line, &key));
    TRY(checkpoint_open(a, key.bytes, g->checkpoint, &later));
    if (g->before != one->size || later.size != two->size || !str_eq(later.log, two->log))
        return fail(a, ERR_BAD_INPUT,
                    "the proof is about the log of %lld entries and that of %lld, and the archives "
                    "are from %lld and %lld",
                    (long long)g->before, (long long)later.size, (long long)one->size,
                    (long long)two->size);
    if (!merkle_same(later.root, two->root)) {
        *out = LOGS_FORKED; // two signed states of one size
        return NULL;
    }
    if (!merkle_continues(one->size, one->root, two->size, two->root, &g->path))
        return fail(
            a, ERR_CONFLICT,
            "the proof does not lead from one archive's log to the other; if the site gives no "
            "other one, it keeps two logs");
    *out = LOGS_ONE;
    return NULL;
}

fallible crate_logs_compare(Arena *a, const CrateVerdict *x, const CrateVerdict *y,
                            const LogGrowth *growth, LogsVerdict *out)
{
    *out = (LogsVerdict){.relation = LOGS_NOT_SHOWN};
    if (!x->entries_n || !y->entries_n) return NULL;
    const CrateVerdict *earlier = newest(x)->size <= newest(y)->size ? x : y;
    const CrateVerdict *later = earlier == x ? y : x;
    const VerdictEntry *one = newest(earlier), *two = newest(later);
    MerkleHash root;
    *out = (LogsVerdict){LOGS_NOT_SHOWN, one->log, one->size, two->size};
    if (!str_eq(one->log, two->log))
        out->relation = LOGS_STRANGERS;
    else if (!merkle_known_agree(a, &earlier->log, &later->log))
        out->relation = LOGS_FORKED;
    else if (merkle_known_root(a, &later->log, one->size, &root))
        out->relation = merkle_same(root, one->root) ? LOGS_ONE : LOGS_FORKED;
    else if (growth)
        TRY(growth_judge(a, later, growth, one, two, &out->relation));
    return NULL;
}
