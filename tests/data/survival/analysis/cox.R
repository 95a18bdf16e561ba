# A Cox model of the colon trial: treatment, sex, age, nodes.
library(survival)
colon <- readRDS("output/colon.rds")
model <- coxph(Surv(time, status) ~ rx + sex + age + nodes, data = colon)
s <- summary(model)
table <- data.frame(term = rownames(s$conf.int), hazard_ratio = round(s$conf.int[, 1], 2),
                    lower = round(s$conf.int[, 3], 2), upper = round(s$conf.int[, 4], 2))
write.csv(table, "output/cox.csv", row.names = FALSE, quote = FALSE)
capture.output(print(table, row.names = FALSE), file = "output/cox.txt")
print(table)
