# What all scripts know of the table of penguins.

# Whole rows only, with the sex as a number.
read_penguins <- function(path) {
  table <- read.csv(path, na.strings = c("", "NA", "."))
  table <- table[complete.cases(table), ]
  table$is_male <- as.numeric(tolower(table$sex) == "male")
  table
}
