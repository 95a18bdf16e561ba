// Matching with one place to go back to: linear in pattern times path at worst, without recursion.
#include "study/glob.h"

bool study_glob_match(Str pattern, Str path)
{
    isize p = 0, s = 0, star = -1, tried = 0;
    while (s < path.n) {
        if (p < pattern.n && pattern.s[p] == '*') {
            star = p++;
            tried = s;
        } else if (p < pattern.n && pattern.s[p] == path.s[s]) {
            p++;
            s++;
        } else if (star >= 0 && path.s[tried] != '/') {
            p = star + 1; // the star takes one character more
            s = ++tried;
        } else
            return false;
    }
    while (p < pattern.n && pattern.s[p] == '*')
        p++;
    return p == pattern.n;
}
