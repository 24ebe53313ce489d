# Logistic regression for the sex of penguins. Base R only: nothing has to be installed.
# Usage: Rscript train.R TRAIN.csv MODEL.rds
arguments <- commandArgs(trailingOnly = TRUE)
train <- read.csv(arguments[1])

train$is_male <- as.numeric(train$sex == "MALE")
model <- glm(is_male ~ . - id - sex, family = binomial, data = train)
print(summary(model)$coefficients)

# The formula of a model remembers the environment that it was made in; the coefficients are all that a prediction needs.
saveRDS(coef(model), arguments[2])
