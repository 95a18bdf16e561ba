# Kaplan-Meier curves of the lung trial by sex: a table of the risk sets and a picture.
library(survival)
source("analysis/disclosure.R")
lung <- readRDS("output/lung.rds")
fit <- survfit(Surv(time, status) ~ sex, data = lung)
at <- summary(fit, times = c(0, 180, 360, 540))
table <- data.frame(sex = sub("sex=", "", at$strata), days = at$time, at_risk = safe(at$n.risk), survival = round(at$surv, 2))
table$sex <- c("male", "female")[as.integer(table$sex)]
write.csv(table, "output/curves.csv", row.names = FALSE, quote = FALSE)
png("output/curves.png", width = 640, height = 420, type = "cairo")
plot(fit, col = c("#8b5e00", "#0b6e6e"), lwd = 2, xlab = "Days", ylab = "Survival", mark.time = FALSE)
legend("topright", c("male", "female"), col = c("#8b5e00", "#0b6e6e"), lwd = 2, bty = "n")
invisible(dev.off())
print(table)
