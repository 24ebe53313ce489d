# Logistic regression for the sex of a penguin. Usage: Rscript train.R TRAIN.csv FORMULA MODEL.rds
source("src/penguins.R")
arguments <- commandArgs(trailingOnly = TRUE)
formula <- arguments[2]

model <- glm(as.formula(formula), family = binomial, data = read_penguins(arguments[1]))
print(round(coef(summary(model)), 3))

# A formula remembers the environment that it was made in, so its text is kept, beside all that a prediction needs.
saveRDS(list(formula = formula, coefficients = coef(model)), arguments[3])
