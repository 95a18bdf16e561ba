// dispatch: from the head of a request to its answer, in the one order that web.h promises.
#pragma once
#include "web/exchange.h"
#include "web/gate.h"
#include "web/router.h"

// Fills q->answer; never fails: what went wrong is the answer. Sends nothing itself, except for ROUTE_STREAM rows,
// whose handlers may already have sent everything (exchange(q)->begun).
// `q` comes with a, server, now, address, conn and, in tests, db (then used for everything).
void dispatch(const Router *, Req *);
