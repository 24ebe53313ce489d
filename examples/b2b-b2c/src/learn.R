# The same features, learnt by the logistic regression that R brings. Writes predictions as `evaluate` reads them.
args <- commandArgs(TRUE)

# The matrix of a feature folder (`dense.npy`: float32, column after column), and of each row its name and label.
features <- function(folder) {
  file <- file(file.path(folder, "dense.npy"), "rb")
  on.exit(close(file))
  readBin(file, "raw", 8) # magic and version
  header <- rawToChar(readBin(file, "raw", readBin(file, "integer", 1, size = 2, signed = FALSE, endian = "little")))
  size <- as.integer(regmatches(header, gregexpr("[0-9]+(?=[,)])", header, perl = TRUE))[[1]])
  values <- readBin(file, "numeric", prod(size), size = 4, endian = "little")
  rows <- read.csv(file.path(folder, "rows.csv"), na.strings = character(0), encoding = "UTF-8")
  list(x = as.data.frame(matrix(values, size[1], size[2])), rows = rows)
}

train <- features(args[1])
test <- features(args[2])
model <- suppressWarnings(glm(label ~ ., binomial, cbind(train$x, label = as.integer(train$rows$label == "B2B"))))
share <- suppressWarnings(predict(model, test$x, type = "response"))
predictions <- data.frame(
  row_id = test$rows$name,
  y_true = test$rows$label,
  y_pred = ifelse(share > 0.5, "B2B", "B2C"),
  p_B2B = share,
  p_B2C = 1 - share
)
write.csv(predictions, args[3], row.names = FALSE, fileEncoding = "UTF-8")
