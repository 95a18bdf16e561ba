# Who was in the lung trial: counts by sex and performance status.
source("analysis/disclosure.R")
lung <- readRDS("output/lung.rds")
counts <- as.data.frame(table(sex = c("male", "female")[lung$sex], ecog = lung$ph.ecog))
counts$Freq <- safe(counts$Freq)
names(counts)[3] <- "patients"
write.csv(counts, "output/baseline.csv", row.names = FALSE, quote = FALSE)
print(counts)
