// pages: the compiled pages of ledger/.
#pragma once
#include "ledger/ledger.h"
#include "web/html.h"

typedef struct LedgerPage {
    LedgerEntryList entries;
    i64 size;
    Str checkpoint, key, key_name, log; // key: the line that minisign -P takes
    Time now;
    Arena *a;
} LedgerPage;
void ledger_show(Buf *, const LedgerPage *);
