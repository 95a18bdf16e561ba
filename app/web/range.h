// range: which part of a file was asked for (RFC 9110 section 14): one range of bytes, or the whole.
#pragma once
#include "base/base.h"

typedef enum RangeKind { RANGE_WHOLE, RANGE_PART, RANGE_IMPOSSIBLE } RangeKind;
// `header` is the value of Range; several ranges, other units and nonsense mean the whole.
RangeKind range_parse(Str header, i64 size, i64 *from, i64 *n);
