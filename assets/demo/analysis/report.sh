#!/bin/sh
# Writes the comparison as a page and as plain text.
set -eu
{
    echo '<!doctype html><html lang="en"><meta charset="utf-8"><title>Recovery by region</title><h1>Recovery by region</h1>'
    echo '<p>Counts are rounded to 5; counts below 8 are redacted. The patients are made up.</p><table border="1">'
    awk -F, '{ tag = NR == 1 ? "th" : "td"; printf "<tr>"; for (i = 1; i <= NF; i++) printf "<%s>%s</%s>", tag, $i, tag; print "</tr>" }' output/compare.csv
    echo '</table></html>'
} > output/report.html
{
    echo "Recovery by region (rounded to 5, below 8 redacted; made-up patients)"
    echo
    awk -F, '{ printf "%-8s %-8s %9s %10s %8s\n", $1, $2, $3, $4, $5 }' output/compare.csv
} > output/report.txt
cat output/report.txt
