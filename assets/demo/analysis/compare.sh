#!/bin/sh
# Puts the regions side by side: the share of treated and untreated patients who recovered, as a table and a chart.
set -eu
awk -F, '
FNR > 1 { n[$1, $3] += $4; ok[$1, $3] += $5 }
END {
    split("north middle south", region, " ")
    print "region,treated,patients,recovered,percent"
    for (r = 1; r <= 3; r++)
        for (t = 0; t <= 1; t++) {
            k = t ? "yes" : "no"
            printf "%s,%s,%d,%d,%d\n", region[r], k, n[region[r], k], ok[region[r], k], int(100 * ok[region[r], k] / n[region[r], k] + 0.5)
        }
}' output/describe_north.csv output/describe_middle.csv output/describe_south.csv > output/compare.csv
awk -F, '
BEGIN {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 260\" font-family=\"sans-serif\" font-size=\"13\">"
    print "<rect width=\"480\" height=\"260\" fill=\"#fff\"/><text x=\"20\" y=\"24\" font-size=\"15\">Recovered, percent, by region</text>"
    print "<line x1=\"40\" y1=\"220\" x2=\"460\" y2=\"220\" stroke=\"#333\"/>"
}
NR > 1 {
    x = 60 + int((NR - 2) / 2) * 135 + (NR % 2 ? 52 : 0)
    h = $5 * 1.7
    printf "<rect x=\"%d\" y=\"%d\" width=\"46\" height=\"%d\" fill=\"%s\"/>\n", x, 220 - h, h, $2 == "yes" ? "#0b6e6e" : "#b9b3a4"
    printf "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d</text>\n", x + 23, 214 - h, $5
    if ($2 == "no") printf "<text x=\"%d\" y=\"240\" text-anchor=\"middle\">%s</text>\n", x + 49, $1
}
END { print "<text x=\"300\" y=\"24\" fill=\"#0b6e6e\">treated</text><text x=\"370\" y=\"24\" fill=\"#6b6557\">untreated</text></svg>" }' output/compare.csv > output/compare.svg
cat output/compare.csv
