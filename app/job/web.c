// The rows of job/: who may open which address. Addresses are those of the job-server (contract 3).
#include "job/rows.h"

static const Field run_fields[] = {
    {"backend",   FIELD_TEXT, false, 100},
    {"actions",      FIELD_MANY, false, 255},
    {"force_run_dependencies",           FIELD_FLAG, false, 0},
    {"will_notify",FIELD_FLAG, false, 0},
    {0       },
};
enum { RUN_MAX = 4 * 1024 * 1024 }; // thousands of chosen actions

#define WORKSPACE "/{org}/{project}/{workspace}/"
#define REQUEST   WORKSPACE "{request}/"
#define JOB       REQUEST "{job}/"
static const Route rows[] = {
    {GET,  "/event-log/",                  PERM_ANYONE,               NULL,            job_log_get,             NULL,       0,       ROUTE_PAGE               },
    {GET,  "/event-log/live",              PERM_ANYONE,               NULL,            job_log_live,            NULL,       0,       ROUTE_STREAM             },
    {GET,  "/event-list/",                 PERM_ANYONE,               NULL,            job_log_moved,           NULL,       0,       ROUTE_PAGE               },
    {GET,  "/jobs/",                       PERM_ANYONE,               NULL,            job_log_moved,           NULL,       0,       ROUTE_PAGE               },
    {GET,  "/jobs/{job}/",                 PERM_ANYONE,               NULL,            job_moved,               NULL,       0,       ROUTE_PAGE               },
    {GET,  "/job-requests/{request}/",     PERM_ANYONE,               NULL,            job_request_moved,       NULL,       0,       ROUTE_PAGE               },
    {GET,  WORKSPACE "logs/",              PERM_ANYONE,               NULL,            workspace_log_get,       NULL,       0,       ROUTE_PAGE               },
    {GET,  WORKSPACE "logs/live",          PERM_ANYONE,               NULL,            workspace_log_live,      NULL,       0,       ROUTE_STREAM             },
 // Reading the branch takes as long as the network does: outside a transaction.
    {GET,  WORKSPACE "run-jobs/",          PERM_JOB_RUN,              workspace_scope, job_run_get,             NULL,       0,
     ROUTE_HIDE | ROUTE_STREAM                                                                                                                                },
    {POST, WORKSPACE "run-jobs/",          PERM_JOB_RUN,              workspace_scope, job_run_post,            run_fields, RUN_MAX,
     ROUTE_HIDE | ROUTE_STREAM                                                                                                                                },
 // Another commit than the newest: these handlers ask for job_run as well.
    {GET,  WORKSPACE "pick-commit/",       PERM_JOB_REQUEST_PICK_REF, workspace_scope, job_pick_get,            NULL,
     0,                                                                                                                              ROUTE_HIDE | ROUTE_STREAM},
    {GET,  WORKSPACE "run-jobs/{commit}/", PERM_JOB_REQUEST_PICK_REF, workspace_scope,
     job_run_get_at,                                                                                            NULL,       0,       ROUTE_HIDE | ROUTE_STREAM},
    {POST, WORKSPACE "run-jobs/{commit}/", PERM_JOB_REQUEST_PICK_REF, workspace_scope,
     job_run_post_at,                                                                                           run_fields, RUN_MAX, ROUTE_HIDE | ROUTE_STREAM},
    {GET,  REQUEST,                        PERM_ANYONE,               NULL,            job_request_get_page,    NULL,       0,       ROUTE_PAGE               },
    {GET,  REQUEST "live",                 PERM_ANYONE,               NULL,            job_request_get_live,    NULL,       0,       ROUTE_STREAM             },
    {GET,  REQUEST "project.yaml",         PERM_ANYONE,               NULL,            job_request_get_text,    NULL,       0,       ROUTE_PAGE               },
 // Creators may always; others need job_cancel there: job_request_may_cancel.
    {POST, REQUEST "cancel/",              PERM_SIGNED_IN,            NULL,            job_request_post_cancel, NULL,       0,       ROUTE_HIDE               },
    {GET,  JOB,                            PERM_ANYONE,               NULL,            job_get_page,            NULL,       0,       ROUTE_PAGE               },
    {GET,  JOB "live",                     PERM_ANYONE,               NULL,            job_get_live,            NULL,       0,       ROUTE_STREAM             },
    {POST, JOB "cancel/",                  PERM_SIGNED_IN,            NULL,            job_post_cancel,         NULL,       0,       ROUTE_HIDE               },
};
const RouteList job_routes = ROUTES(rows);
