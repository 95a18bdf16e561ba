// perm: what a person may be allowed to do; the words that routes ask for and that roles grant.
//
// The named permissions are those of the OpenSAFELY job-server (contract 1.6). account/role.c says which role
// grants which; a role may be held globally or in one project.
#pragma once

typedef enum Perm {
    // no zero: a row that forgets its permission does not start
    PERM_ANYONE = 1, // signed in or not
    PERM_SIGNED_IN,  // any person with a session
    PERM_BACKEND,    // a backend's token
    PERM_STAFF,      // Core Developers: the staff area
    PERM_APPLICATION_MANAGE,
    PERM_BACKEND_MANAGE,
    PERM_ORG_CREATE,
    PERM_USER_MANAGE,
    PERM_PROJECT_CREATE, // make a project in an org: its members, and staff
    PERM_PROJECT_INVITE_MEMBERS,
    PERM_PROJECT_MEMBERSHIP_EDIT,
    PERM_PROJECT_REVIEW,
    PERM_JOB_RUN,
    PERM_JOB_CANCEL,
    PERM_WORKSPACE_CREATE,
    PERM_WORKSPACE_ARCHIVE,
    PERM_WORKSPACE_TOGGLE_NOTIFICATIONS,
    PERM_RELEASE_FILE_VIEW,
    PERM_RELEASE_FILE_UPLOAD,
    PERM_RELEASE_FILE_DELETE,
    PERM_SNAPSHOT_CREATE,
    PERM_SNAPSHOT_PUBLISH,
    PERM_JOB_REQUEST_PICK_REF,
    PERM_REVIEW_LOOK,  // at the airlock: look at a workspace's outputs and its requests
    PERM_REVIEW_ASK,   // at the airlock: ask for files of a workspace to be released
    PERM_REVIEW_CHECK, // at the airlock: review, decide, release
    PERM_COUNT
} Perm;

// "job_run": how lists, tests and messages name it.
const char *perm_word(Perm);
