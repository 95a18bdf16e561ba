// The roles and what each grants: the ten of the OpenSAFELY job-server, and its one for older commits (contract 1.6).
#include "account/role.h"

#define GRANT(p) (1u << PERM_##p)
#define TEXT(words)                                                                                \
    {                                                                                              \
        (words), sizeof(words) - 1                                                                 \
    }

const Role role_rows[] = {
    {TEXT("CoreDeveloper"),         TEXT("Core Developer"),
     TEXT("runs this site: people, backends, organisations, applications"),         false,
     GRANT(STAFF) | GRANT(APPLICATION_MANAGE) | GRANT(BACKEND_MANAGE) | GRANT(ORG_CREATE) |
         GRANT(USER_MANAGE) | GRANT(PROJECT_CREATE)                                                                },
    {TEXT("DataInvestigator"),      TEXT("Data Investigator"),
     TEXT("looks into the quality of the data; a title that grants nothing here"),  false, 0                       },
    {TEXT("GovernanceReviewer"),    TEXT("Governance Reviewer"),
     TEXT("reviews applications for governance; a title that grants nothing here"), false, 0                       },
    {TEXT("OnboardingAgent"),       TEXT("Onboarding Agent"),
     TEXT("helps new researchers to begin; a title that grants nothing here"),      false, 0                       },
    {TEXT("OutputChecker"),         TEXT("Output Checker"),
     TEXT("decides what may be released, and takes released files back"),           false,
     GRANT(RELEASE_FILE_UPLOAD) | GRANT(RELEASE_FILE_DELETE)                                                       },
    {TEXT("OutputPublisher"),       TEXT("Output Publisher"),
     TEXT("publishes what a project has prepared for the public"),                  false, GRANT(SNAPSHOT_PUBLISH) },
    {TEXT("ProjectCollaborator"),   TEXT("Project Collaborator"),
     TEXT("sees the released files of a project"),                                  true,  GRANT(RELEASE_FILE_VIEW)},
    {TEXT("ProjectCoordinator"),    TEXT("Project Coordinator"),
     TEXT("invites people to a project and gives them their roles there"),          true,
     GRANT(PROJECT_INVITE_MEMBERS) | GRANT(PROJECT_MEMBERSHIP_EDIT)                                                },
    {TEXT("ProjectDeveloper"),      TEXT("Project Developer"),
     TEXT("makes workspaces, runs and cancels jobs, prepares publications"),        true,
     GRANT(JOB_RUN) | GRANT(JOB_CANCEL) | GRANT(WORKSPACE_CREATE) | GRANT(WORKSPACE_ARCHIVE) |
         GRANT(WORKSPACE_TOGGLE_NOTIFICATIONS) | GRANT(SNAPSHOT_CREATE)                                            },
    {TEXT("TechnicalReviewer"),     TEXT("Technical Reviewer"),
     TEXT("reviews projects for their technique"),                                  false, GRANT(PROJECT_REVIEW)   },
    {TEXT("OpensafelyInteractive"), TEXT("OpenSAFELY Interactive"),
     TEXT("where it may run jobs, may choose a commit other than the newest"),      false,
     GRANT(JOB_REQUEST_PICK_REF)                                                                                   },
};
const isize role_rows_n = COUNT(role_rows);
_Static_assert(PERM_COUNT <= 32, "a role's grants are the bits of a u32");

const Role *role_named(Str name)
{
    for (isize i = 0; i < role_rows_n; i++)
        if (str_eq(role_rows[i].name, name)) return &role_rows[i];
    return NULL;
}

bool role_grants(const Role *r, Perm p)
{
    return (r->grants & (1u << p)) != 0;
}

Str perm_name(Perm p)
{
    return str_from(perm_word(p));
}
