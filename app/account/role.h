// role: the roles of the job-server and what each grants (contract 1.6), as one table.
#pragma once
#include "base/str.h"
#include "web/perm.h"

typedef struct Role {
    Str name;   // "ProjectDeveloper": stored, and what clients see
    Str title;  // "Project Developer": what people see
    Str why;    // one line: what somebody with this role does
    bool local; // may be given in one project; all may be given globally
    u32 grants; // bits 1 << Perm
} Role;
extern const Role role_rows[];
extern const isize role_rows_n;

const Role *role_named(Str name); // or NULL
bool role_grants(const Role *, Perm);
Str perm_name(Perm); // "job_run", as the users/ endpoint and the audit trail write it
