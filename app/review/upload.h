// upload: one file into a release of the server (contract 2.7); it goes on where an earlier try stopped, if the server
// can tell where that was.
#pragma once
#include "kit/http.h"

typedef struct Upload {
    Str server, release; // "https://tresor.example.org", the release's id
    Str name;            // of the file in the release
    int fd;              // a regular file
    HttpRequest as;      // who sends (Authorization, OS-User) and when the server counts as gone
    bool again;          // an earlier try may have brought something
} Upload;
// Done when the server has the whole file, by this try or an earlier one whose answer was lost.
fallible upload_send(Http *, Arena *, const Upload *);
