# Counts are rounded to 5 and redacted below 8.
safe <- function(n, to = 5) ifelse(n < 8, "[REDACTED]", as.character(to * round(n / to)))
