// components: what this binary is made of, for `tresor version`, `tresor licenses` and the bill of materials.
#pragma once
#include "base/base.h"

// One row per part of the product, first tresor itself, then the vendored libraries in the order of vendor/vendor.lock.
// The rows are made at build time by vendor/components.sh; everything in them is constant.
typedef struct Component {
    Str name, version;
    Str licence; // SPDX identifier
    Str text;    // the licence as its authors wrote it
    Str file;    // the source archive; empty for tresor itself
    Str sha256;  // of that archive
    Str url;     // where upstream publishes it; may be empty
} Component;

extern const Component components[];
extern const isize components_n;
