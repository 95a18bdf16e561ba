// The rows of API v2. Trailing slashes are as the original has them.
#include "dialect/opensafely/opensafely.h"
#include "release/release.h"

#define API "/api/v2/"
enum { REPORT_MAX = 64 * 1024 * 1024 }; // thousands of jobs with long messages
#define FILE_MAX ((isize)1 << 42)       // the handler knows the operator's limit

static const Route rows[] = {
    {GET,   API "job-requests/",                                       PERM_BACKEND,           NULL,                       opensafely_job_requests,         NULL, 0,
     ROUTE_API | ROUTE_STREAM                                                                                                                                                                              },
    {POST,  API "jobs/",                                               PERM_BACKEND,           NULL,                       opensafely_jobs,                 NULL, REPORT_MAX,
     ROUTE_API | ROUTE_NO_NOTE                                                                                                                                                                             },
    {GET,   API "users/{username}/",                                   PERM_BACKEND,           NULL,                       opensafely_user,                 NULL, 0,               ROUTE_API               },
    {GET,   API "workspaces/{workspace}/statuses/",                    PERM_ANYONE,            NULL,                       opensafely_statuses,             NULL, 0,
     ROUTE_API                                                                                                                                                                                             },
    {GET,   API "workspaces/{workspace}/status",                       PERM_ANYONE,            NULL,                       opensafely_workspace_status,     NULL,
     0,                                                                                                                                                                            ROUTE_API               },
    {POST,  API "release-notifications/",                              PERM_BACKEND,           NULL,                       opensafely_release_notification, NULL,
     0,                                                                                                                                                                            ROUTE_API               },
    {POST,  API "releases/workspace/{workspace}",                      PERM_BACKEND,           NULL,                       opensafely_release_create,
     NULL,                                                                                                                                                        4 * 1024 * 1024, ROUTE_API               },
    {GET,   API "releases/workspace/{workspace}",                      PERM_RELEASE_FILE_VIEW, opensafely_workspace_scope,
     opensafely_release_workspace,                                                                                                                          NULL, 0,               ROUTE_API               },
    {POST,  API "releases/release/{release}",                          PERM_BACKEND,           NULL,                       opensafely_release_upload,       NULL,
     FILE_MAX,                                                                                                                                                                     ROUTE_API | ROUTE_STREAM},
    {GET,   API "releases/release/{release}/upload",                   PERM_BACKEND,           NULL,                       opensafely_upload_offset,
     NULL,                                                                                                                                                        0,               ROUTE_API               },
    {PATCH, API "releases/release/{release}/upload",                   PERM_BACKEND,           NULL,                       opensafely_upload_go_on,
     NULL,                                                                                                                                                        FILE_MAX,        ROUTE_API | ROUTE_STREAM},
    {GET,   API "releases/release/{release}",                          PERM_RELEASE_FILE_VIEW, opensafely_release_scope,
     opensafely_release_index,                                                                                                                              NULL, 0,               ROUTE_API               },
    {GET,   API "releases/file/{file}",                                PERM_RELEASE_FILE_VIEW, opensafely_file_scope,
     opensafely_release_file,                                                                                                                               NULL, 0,               ROUTE_API               },
    {POST,  API "releases/authenticate",                               PERM_BACKEND,           NULL,                       opensafely_authenticate,         NULL, 0,
     ROUTE_API | ROUTE_NO_NOTE                                                                                                                                                                             },
    {POST,  API "releases/authorise",                                  PERM_BACKEND,           NULL,                       opensafely_authorise,            NULL, 0,
     ROUTE_API | ROUTE_NO_NOTE                                                                                                                                                                             },
    {POST,  API "airlock/events/",                                     PERM_BACKEND,           NULL,                       opensafely_airlock_event,        NULL, 0,               ROUTE_API               },
    {POST,  API "workspaces/{workspace}/snapshots",                    PERM_SNAPSHOT_CREATE,   opensafely_workspace_scope,
     opensafely_snapshot_create,                                                                                                                            NULL, 4 * 1024 * 1024, ROUTE_API               },
    {GET,   API "workspaces/{workspace}/snapshots/{snapshot}",         PERM_ANYONE,            NULL,
     opensafely_snapshot_index,                                                                                                                             NULL, 0,               ROUTE_API               },
    {POST,  API "workspaces/{workspace}/snapshots/{snapshot}/publish", PERM_SNAPSHOT_PUBLISH,
     opensafely_workspace_scope,                                                                                           opensafely_snapshot_publish,     NULL, 0,               ROUTE_API               },
};
const RouteList opensafely_routes = ROUTES(rows);
