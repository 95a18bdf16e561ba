#!/bin/sh
# Counts one region by age group and treatment; every count is rounded to 5, and below 8 it is redacted.
set -eu
awk -F, -v want="$1" '
function safe(count) { return count < 8 ? "[REDACTED]" : int((count + 2) / 5) * 5 }
NR > 1 && $4 == want { n[$2, $5]++; if ($6) ok[$2, $5]++ }
END {
    split("18-39 40-59 60-79 80+", age, " ")
    print "region,age_group,treated,patients,recovered"
    for (a = 1; a <= 4; a++)
        for (t = 0; t <= 1; t++)
            printf "%s,%s,%s,%s,%s\n", want, age[a], t ? "yes" : "no", safe(n[age[a], t]), safe(ok[age[a], t])
}' output/cohort.csv > "output/describe_$1.csv"
cat "output/describe_$1.csv"
