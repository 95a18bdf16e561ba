# One arm of the colon trial: deaths and median survival by sex.
library(survival)
source("analysis/disclosure.R")
arm <- commandArgs(trailingOnly = TRUE)[1]
colon <- subset(readRDS("output/colon.rds"), rx == arm)
rows <- lapply(split(colon, colon$sex), function(d) {
  fit <- survfit(Surv(time, status) ~ 1, data = d)
  data.frame(arm = arm, sex = c("female", "male")[d$sex[1] + 1], patients = safe(nrow(d)), deaths = safe(sum(d$status)),
             median_days = round(unname(summary(fit)$table["median"]), -1))
})
write.csv(do.call(rbind, rows), paste0("output/subgroup_", arm, ".csv"), row.names = FALSE, quote = FALSE)
