// memory: giving back to the machine what only the start of a program needed.
#pragma once

// Unmaps what of the program's own file is mapped: what is needed comes back by itself. Any thread; harmless at any
// time, meant for the moment when a service begins to wait.
void memory_settle(void);
