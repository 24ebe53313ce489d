# The sex that the regression of train.R finds more probable for each penguin.
# Usage: Rscript predict.R MODEL.rds TEST.csv PREDICTIONS.csv
arguments <- commandArgs(trailingOnly = TRUE)
coefficients <- readRDS(arguments[1])
test <- read.csv(arguments[2])

features <- setdiff(names(coefficients), "(Intercept)")
log_odds <- coefficients["(Intercept)"] + as.matrix(test[features]) %*% coefficients[features]
predicted <- ifelse(log_odds > 0, "MALE", "FEMALE")

write.csv(data.frame(id = test$id, predicted = predicted), arguments[3], row.names = FALSE, quote = FALSE)
