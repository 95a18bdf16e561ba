// The calls that nobody in this house may use, because a safer word exists; included by base.h.
#pragma once
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol atoll
#pragma GCC poison gmtime localtime ctime asctime mktemp tmpnam tempnam rand srand popen
