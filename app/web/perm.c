// The permissions' words, as lists, tests and messages show them.
#include "web/perm.h"

#include "base/base.h"

const char *perm_word(Perm p)
{
    static const char *const words[] = {
        [PERM_ANYONE] = "anyone",
        [PERM_SIGNED_IN] = "signed_in",
        [PERM_BACKEND] = "backend",
        [PERM_STAFF] = "staff",
        [PERM_APPLICATION_MANAGE] = "application_manage",
        [PERM_BACKEND_MANAGE] = "backend_manage",
        [PERM_ORG_CREATE] = "org_create",
        [PERM_USER_MANAGE] = "user_manage",
        [PERM_PROJECT_CREATE] = "project_create",
        [PERM_PROJECT_INVITE_MEMBERS] = "project_invite_members",
        [PERM_PROJECT_MEMBERSHIP_EDIT] = "project_membership_edit",
        [PERM_PROJECT_REVIEW] = "project_review",
        [PERM_JOB_RUN] = "job_run",
        [PERM_JOB_CANCEL] = "job_cancel",
        [PERM_WORKSPACE_CREATE] = "workspace_create",
        [PERM_WORKSPACE_ARCHIVE] = "workspace_archive",
        [PERM_WORKSPACE_TOGGLE_NOTIFICATIONS] = "workspace_toggle_notifications",
        [PERM_RELEASE_FILE_VIEW] = "release_file_view",
        [PERM_RELEASE_FILE_UPLOAD] = "release_file_upload",
        [PERM_RELEASE_FILE_DELETE] = "release_file_delete",
        [PERM_SNAPSHOT_CREATE] = "snapshot_create",
        [PERM_SNAPSHOT_PUBLISH] = "snapshot_publish",
        [PERM_JOB_REQUEST_PICK_REF] = "job_request_pick_ref",
        [PERM_REVIEW_LOOK] = "review_look",
        [PERM_REVIEW_ASK] = "review_ask",
        [PERM_REVIEW_CHECK] = "review_check",
    };
    _Static_assert(COUNT(words) == PERM_COUNT, "every permission has a word");
    must(p >= PERM_ANYONE && p < PERM_COUNT);
    return words[p];
}
