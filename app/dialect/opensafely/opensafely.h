// opensafely: REST API v2 of the OpenSAFELY job-server, spoken with job-runner, release-hatch and osrelease as they are.
//
// Contract 2; the fields are the superset of 0.3, so that runners of 2022, 2023 and 2024 work unchanged.
#pragma once
#include "kit/json.h"
#include "web/web.h"
#include "workspace/workspace.h"

extern const RouteList opensafely_routes;

// --- wire.c: the framework's ways to read and refuse (contract 2.1)

typedef enum WireKind {
    WIRE_TEXT = 1,
    WIRE_TIME, // ISO 8601 with zone into a Time
    WIRE_BOOL, // true, false, 0 or 1
    WIRE_JSON, // any value, kept as its text
    WIRE_TEXTS // a list of texts
} WireKind;
typedef struct WireField {
    const char *name;
    WireKind kind;
    bool required, blank, null; // must be there; may be ""; may be null
    size_t at;                  // where it goes in the struct
    const char *const *choices; // ends with NULL; NULL: any text
} WireField;
// Reads an object into a zeroed struct. False: *errors is {"field":["…"],…} as the framework says it.
bool wire_read(Arena *, const Json *object, const WireField *, isize fields, void *into,
               Str *errors);
// The body as JSON. *refused: the answer says what is wrong and the handler has nothing left to do.
fallible wire_body(Req *, const Json **out, bool *refused);
fallible wire_refuse(Req *, Str json);    // 400 with this body
void wire_time(JsonOut *, Arena *, Time); // null for 0

fallible opensafely_job_requests(Req *); // GET job-requests/
fallible opensafely_jobs(Req *);         // POST jobs/
fallible opensafely_user(Req *);
fallible opensafely_statuses(Req *);
fallible opensafely_workspace_status(Req *);
fallible opensafely_release_notification(Req *);

// --- release_upload.c: a file into a release, whole (contract 2.7) or, if the client can, going on after a cut.
//
// Going on is Tresor's own, after the IETF's resumable uploads (draft-ietf-httpbis-resumable-upload). With the same
// Authorization and OS-User as the POST:
//   HEAD  releases/release/ID/upload?name=PATH       200, Upload-Offset: bytes that the server has; Upload-Complete: ?1
//                                                    when the file is in the release
//   PATCH releases/release/ID/upload?name=PATH       Upload-Offset: where the body goes on, Upload-Complete: ?1 (default)
//                                                    or ?0 when more will follow. 201 with File-Id as for the POST;
//                                                    200 with Upload-Offset after ?0; 409 with the server's
//                                                    Upload-Offset when it stands elsewhere (or {"detail"}: another
//                                                    upload of it is running). Offset 0 starts; an empty body may finish.
// What a POST that was cut has brought counts, too. It is kept for ARRIVAL_KEPT_DAYS and survives restarts.
fallible opensafely_release_upload(Req *);
fallible opensafely_upload_offset(Req *);
fallible opensafely_upload_go_on(Req *);

// --- releases.c, release_index.c, authenticate.c, airlock_event.c: what leaves a site, and who may come to its airlock
// Who acts for a backend: the person that OS-User names, a member of the backend, holding release_file_upload there.
fallible opensafely_upload_access(Req *, Db *, i64 project, i64 *person);
fallible opensafely_release_create(Req *);
fallible opensafely_release_index(Req *);
fallible opensafely_release_workspace(Req *);
fallible opensafely_release_file(Req *);
fallible opensafely_release_scope(Req *, Scope *);
fallible opensafely_file_scope(Req *, Scope *);
fallible opensafely_workspace_scope(Req *, Scope *);
fallible opensafely_workspace(Req *, Db *, WorkspaceGet *out); // that the path names
fallible opensafely_snapshot_index(Req *);
fallible opensafely_snapshot_create(Req *); // snapshots.c
fallible opensafely_snapshot_publish(Req *);
fallible opensafely_authenticate(Req *);
fallible opensafely_authorise(Req *);
fallible opensafely_airlock_event(Req *);
