// Snapshots over the API (contract 2.9): made from file identifiers, published once.
#include "dialect/opensafely/opensafely.h"
#include "release/snapshot.h"
#include "web/gate.h"

typedef struct SnapshotAsk {
    StrList file_ids;
} SnapshotAsk;
static const WireField fields[] = {
    {"file_ids", WIRE_TEXTS, true, false, false, offsetof(SnapshotAsk, file_ids), NULL},
};

fallible opensafely_snapshot_create(Req *q)
{
    const Json *body;
    bool refused, exists;
    i64 id;
    SnapshotAsk ask = {0};
    Str errors;
    WorkspaceGet w;
    TRY(opensafely_workspace(q, q->db, &w));
    TRY(wire_body(q, &body, &refused));
    if (refused) return NULL;
    if (!wire_read(q->a, body, fields, COUNT(fields), &ask, &errors)) return wire_refuse(q, errors);
    TRY(snapshot_make(q->db, q->a, q->now, &w, q->who.id, &ask.file_ids, &id, &exists));
    if (exists) return fail(q->a, ERR_BAD_INPUT, SNAPSHOT_EXISTS);
    Str url = arena_fmt(q->a, "%.*s%.*s", STR(q->server->origin), STR(snapshot_path(q->a, &w, id)));
    return answer_json(q, 201, arena_fmt(q->a, "{\"url\":\"%.*s\"}", STR(url)));
}

fallible opensafely_snapshot_publish(Req *q)
{
    WorkspaceGet w;
    Snapshot s;
    TRY(opensafely_workspace(q, q->db, &w));
    TRY(snapshot_of(q->db, q->a, &w, req_param(q, "snapshot"), &s));
    TRY(snapshot_publish(q->db, q->a, q->now, &w, q->who.id, &s));
    q->answer.mime = S("application/json");
    return NULL;
}
