// demo_journey: the whole main job walked through the HTTP interfaces, as the people who do it.
#pragma once
#include "admin/demo_site.h"
#include "cli/cli.h"

typedef struct DemoJourney {
    Cli *cli; // steps are printed with their time; --archive FILE keeps the archive
    const DemoSite *site;
    Str server, server_ca, airlock, airlock_ca;
} DemoJourney;
// *code is 0 when every step went well; the first that does not is the error.
fallible demo_journey_walk(DemoJourney *, int *code);
