// file: reading, writing and locking single files so that a crash leaves the old one or the new one, never half.
//
// A path is a Str without NUL; failures name it. A missing file is ERR_NOT_FOUND, a full disk ERR_BUSY, a file over
// its cap ERR_TOO_LARGE, everything else ERR_IO. Descriptors handed out are close-on-exec and the caller's (owned_fd).
#pragma once
#include "base/time.h"

typedef enum FileKind { FILE_REGULAR = 1, FILE_FOLDER, FILE_LINK, FILE_OTHER } FileKind;
typedef struct FileFacts {
    FileKind kind; // of the name itself: a symbolic link is FILE_LINK
    i64 size;
    Time modified;
    u32 mode; // permission bits only
    u32 owner, links;
    u64 device, inode;
} FileFacts;
fallible file_facts(Arena *, Str path, FileFacts *out); // never follows a link at the end
fallible file_facts_fd(Arena *, int fd, FileFacts *out);
bool file_exists(Arena *, Str path);
bool file_is_folder(Arena *, Str path); // a link to a folder counts

fallible file_open(Arena *, Str path, int *fd); // for reading
// Opens a regular file below `root` for reading. No symbolic link is followed and nothing outside can be reached,
// whatever the path says; a path that tries is ERR_FORBIDDEN. Also refuses folders, sockets, devices and pipes.
fallible file_open_beneath(Arena *, int root, Str path, int *fd);
// The same for a folder; "" or "." is the root itself.
fallible folder_open_beneath(Arena *, int root, Str path, int *fd);

fallible file_read(Arena *, Str path, i64 cap, Str *out);
fallible file_read_fd(Arena *, int fd, i64 cap, Str *out);
fallible file_write_fd(Arena *, int fd, Str bytes); // all of it
// Replaces the file: written beside it, synced, renamed, folder synced. When it returns NULL it survives power loss.
fallible file_write(Arena *, Str path, Str bytes, int mode);
// The same with the bytes of another file or descriptor (from its start); *bytes may be NULL.
fallible file_copy(Arena *, Str from, Str to, int mode);
fallible file_copy_fd(Arena *, int from, Str to, int mode, i64 *bytes);
// Renames and syncs both folders; replaces a file that is there.
fallible file_rename(Arena *, Str from, Str to);
fallible file_remove(Arena *, Str path); // one file or link; none there is no failure

// A growing file that takes its name only when it is complete. What is never kept is removed when the arena's
// owner calls file_draft_drop (harmless after file_draft_keep).
typedef struct FileDraft {
    int fd; // write here
    Str path, temporary;
    int mode;
} FileDraft;
fallible file_draft(Arena *, Str path, int mode, FileDraft *out);
fallible file_draft_keep(Arena *, FileDraft *); // synced, renamed, folder synced
void file_draft_drop(Arena *, FileDraft *);

// Holds a lock file (made when missing) until *fd is closed or the process dies.
// NOW answers ERR_BUSY when another process or descriptor holds it; WAIT waits.
typedef enum FileLock { FILE_LOCK_NOW = 1, FILE_LOCK_WAIT } FileLock;
fallible file_lock(Arena *, Str path, FileLock, int *fd);

fallible file_self(Arena *, Str *path); // this program's own file
fallible file_link_read(Arena *, Str path, Str *target);
typedef struct FileSpace {
    i64 free, total; // bytes; free is what an ordinary user may still write
} FileSpace;
fallible file_space(Arena *, Str path, FileSpace *out);

Str path_join(Arena *, Str folder, Str name);
Str path_folder(Str path); // what stands before the last '/', "." when there is none
Str path_name(Str path);   // what stands after the last '/'
// True for a relative path that stays where it is put: no empty, "." or ".." part, no leading '/', no control
// bytes, no backslash, valid UTF-8, at most 1024 bytes. Everything that names a file inside an archive passes here.
bool path_is_plain(Str path);
