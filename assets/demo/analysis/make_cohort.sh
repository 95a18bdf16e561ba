#!/bin/sh
# Makes up N patients: age group, sex, region, treatment, outcome. The same N gives the same patients.
set -eu
mkdir -p output
awk -v n="$1" '
function next_random() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
BEGIN {
    seed = 20260801
    split("north middle south", region, " ")
    split("18-39 40-59 60-79 80+", age, " ")
    print "patient_id,age_group,sex,region,treated,recovered"
    for (i = 1; i <= n; i++) {
        a = int(next_random() * 4) + 1
        s = next_random() < 0.52 ? "F" : "M"
        r = int(next_random() * 3) + 1
        t = next_random() < 0.5
        p = 0.75 - 0.12 * (a - 1) + 0.11 * t
        printf "%d,%s,%s,%s,%d,%d\n", i, age[a], s, region[r], t, next_random() < p
    }
}' > output/cohort.csv
echo "made $(($(wc -l < output/cohort.csv) - 1)) patients"
