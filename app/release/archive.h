// archive: many released files as one zip, sent while it is made.
#pragma once
#include "release/release.h"

// Sends NAME.zip: each file under its name, in the order of names; a file that was taken back is replaced by a text of
// the same name that says who, when and why (contract 3.10). Same files, same bytes.
fallible archive_send(Req *, const WorkspaceGet *, Str name, const ReleaseFileList *);
