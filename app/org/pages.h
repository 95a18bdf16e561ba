// pages: the compiled pages of org/.
#pragma once
#include "org/org.h"
#include "web/html.h"

void org_index(Buf *, const OrgList *, bool may_make);
void org_new(Buf *, Html csrf);
void org_staff(Buf *, const OrgGet *, const OrgMembers *, Time now, Arena *, Html csrf);
