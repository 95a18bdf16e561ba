# Puts the tables on one page. The title comes from the configuration in project.yaml.
args <- commandArgs(trailingOnly = TRUE)
config <- args[which(args == "--config") + 1]
title <- sub('.*"title": "([^"]*)".*', "\\1", config)
arms <- do.call(rbind, lapply(c("Obs", "Lev", "Lev+5FU"), function(a) read.csv(paste0("output/subgroup_", a, ".csv"))))
tables <- list(baseline = read.csv("output/baseline.csv"), curves = read.csv("output/curves.csv"), cox = read.csv("output/cox.csv"), arms = arms)
html <- function(name, d) {
  cell <- function(tag, x) paste0("<", tag, ">", x, "</", tag, ">", collapse = "")
  rows <- apply(d, 1, function(r) paste0("<tr>", cell("td", r), "</tr>"))
  paste0("<h2>", name, "</h2><table><tr>", cell("th", names(d)), "</tr>", paste0(rows, collapse = ""), "</table>")
}
for (n in names(tables)) write.csv(tables[[n]], paste0("output/table_", n, ".csv"), row.names = FALSE, quote = FALSE)
writeLines(c("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">", paste0("<title>", title, "</title><h1>", title, "</h1>"),
             mapply(html, names(tables), tables), "</html>"), "output/report.html")
cat("report:", length(tables), "tables\n")
