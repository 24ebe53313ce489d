# Usage: Rscript split.R DATA.csv TEST_SHARE SEED TRAIN.csv TEST.csv
source("src/penguins.R")
arguments <- commandArgs(trailingOnly = TRUE)
test_share <- as.numeric(arguments[2])
set.seed(as.integer(arguments[3]))

penguins <- read_penguins(arguments[1])
is_test <- seq_len(nrow(penguins)) %in% sample(nrow(penguins), round(nrow(penguins) * test_share))
cat(sum(!is_test), "rows to learn from,", sum(is_test), "to test with\n")

columns <- setdiff(names(penguins), "is_male")
write.csv(penguins[!is_test, columns], arguments[4], row.names = FALSE, quote = FALSE)
write.csv(penguins[is_test, columns], arguments[5], row.names = FALSE, quote = FALSE)
