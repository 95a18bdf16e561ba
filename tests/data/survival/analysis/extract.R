# Takes the two trials out of the package and keeps what the study needs; stays at the site.
library(survival)
dir.create("output", showWarnings = FALSE)
saveRDS(subset(survival::lung, select = c(time, status, age, sex, ph.ecog)), "output/lung.rds")
saveRDS(subset(survival::colon, etype == 2, select = c(rx, sex, age, nodes, status, time)), "output/colon.rds")
cat("lung", nrow(readRDS("output/lung.rds")), "colon", nrow(readRDS("output/colon.rds")), "\n")
