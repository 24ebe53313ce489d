# The other side of python-r.test.ts, in base R: `base_tables.R write FOLDER` writes a table that mlp reads, `base_tables.R copy
# FOLDER` reads what mlp wrote and writes it again.

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[[2]]
file <- function(name) file.path(folder, name)

if (arguments[[1]] == "write") {
  table <- data.frame(
    whole = c(1L, NA, -3L),
    float = c(0.5, NaN, -1e-10),
    truth = c(TRUE, FALSE, NA),
    day = as.Date(c("2024-02-29", NA, "1969-12-31")),
    text = c("say \"hi\", \u00e9", NA, "NA"),
    code = c("007", "12", "1")
  )
  write.csv(table, file("plain.csv"), row.names = FALSE, fileEncoding = "UTF-8")
  write.csv(table, file("rownames.csv"), fileEncoding = "UTF-8")
  write.csv2(table, file("comma.csv"), row.names = FALSE, fileEncoding = "UTF-8")
} else {
  table <- read.csv(
    file("ours.csv"),
    colClasses = c(code = "character", large = "character", day = "Date"),
    na.strings = c("", "NA"),
    encoding = "UTF-8"
  )
  write.csv(table, file("theirs.csv"), row.names = FALSE, na = "", fileEncoding = "UTF-8")
}
