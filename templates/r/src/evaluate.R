# Usage: Rscript evaluate.R MODEL.rds TEST.csv METRICS.json PREDICTIONS.csv
source("src/penguins.R")
arguments <- commandArgs(trailingOnly = TRUE)
model <- readRDS(arguments[1])
test <- read_penguins(arguments[2])

matrix <- model.matrix(as.formula(model$formula), test)
log_odds <- as.vector(matrix[, names(model$coefficients)] %*% model$coefficients)
probability <- plogis(log_odds)
chance_of_truth <- ifelse(test$is_male == 1, probability, 1 - probability)

accuracy <- mean((probability > 0.5) == (test$is_male == 1))
log_loss <- -mean(log(chance_of_truth))
writeLines(sprintf('{"accuracy": %.6f, "log_loss": %.6f, "rows": %d}', accuracy, log_loss, nrow(test)), arguments[3])

predictions <- data.frame(truth = test$sex, probability_male = round(probability, 6))
write.csv(predictions, arguments[4], row.names = FALSE, quote = FALSE)
