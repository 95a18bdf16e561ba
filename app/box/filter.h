// filter: which system calls a job may make; the table is the whole policy.
#pragma once
#include "os/seccomp.h"

SeccompProgram box_filter(Arena *);
