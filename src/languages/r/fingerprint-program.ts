/**
 * The R program that parses a script and every file it sources by a literal path. Sent as text on stdin after a line
 * that sets `request`. Base R only: neither a package nor a JSON library may be needed.
 */

/** stdout: MARK, then one JSON object. Texts are hashed by the caller, since base R has no sha256 before 4.5. */
export const FINGERPRINT_PROGRAM = String.raw`
mlp_json <- function(x) {
  if (is.list(x)) {
    items <- vapply(x, mlp_json, "")
    if (is.null(names(x))) return(paste0("[", paste(items, collapse = ","), "]"))
    return(paste0("{", paste(paste0(vapply(names(x), mlp_json, ""), ":", items), collapse = ","), "}"))
  }
  if (is.numeric(x)) return(format(x, scientific = FALSE))
  if (length(x) != 1 || is.na(x)) return("null")
  text <- enc2utf8(x)
  for (pair in list(c("\\", "\\\\"), c("\"", "\\\""), c("\n", "\\n"), c("\r", "\\r"), c("\t", "\\t"))) {
    text <- gsub(pair[1], pair[2], text, fixed = TRUE)
  }
  paste0("\"", gsub("[\001-\037]", " ", text), "\"")
}
mlp_join <- function(folder, path) {
  path <- if (substr(path, 1, 1) %in% c("/", "~")) path else paste0(folder, "/", path)
  parts <- character()
  for (part in strsplit(path, "/", fixed = TRUE)[[1]]) {
    if (part == "" || part == ".") next
    if (part == ".." && length(parts) > 0 && parts[length(parts)] != "..") parts <- parts[-length(parts)]
    else parts <- c(parts, part)
  }
  paste0(if (substr(path, 1, 1) == "/") "/" else "", paste(parts, collapse = "/"))
}
mlp_deparse <- function(x) {
  paste(deparse(x, width.cutoff = 500L, control = c("keepNA", "keepInteger", "showAttributes", "digits17")), collapse = "\n")
}
mlp_read <- function(request) {
  state <- new.env()
  state$files <- list(); state$absent <- character(); state$packages <- character()
  state$untracked <- list(); state$queue <- list(list(path = request$script, cwd = request$cwd)); state$seen <- character()
  literal <- function(e, cwd) {
    if (is.character(e) && length(e) == 1) return(mlp_join(cwd, e))
    if (!is.call(e)) return(NULL)
    name <- called(e)$name
    if (!name %in% c("file.path", "here", "paste0")) return(NULL)
    parts <- as.list(e)[-1]
    if (!all(vapply(parts, function(p) is.character(p) && length(p) == 1, NA)) || !is.null(names(parts))) return(NULL)
    path <- paste(unlist(parts), collapse = if (name == "paste0") "" else "/")
    mlp_join(if (name == "here") "." else cwd, path)
  }
  called <- function(e) {
    f <- e[[1]]
    if (is.symbol(f)) return(list(name = as.character(f), pkg = ""))
    if (is.call(f) && is.symbol(f[[1]]) && as.character(f[[1]]) %in% c("::", ":::")) {
      return(list(name = as.character(f[[3]]), pkg = as.character(f[[2]])))
    }
    list(name = "", pkg = "")
  }
  argument <- function(e, name, position) {
    args <- as.list(e)[-1]
    if (length(args) == 0) return(NULL)
    labels <- names(args)
    if (is.null(labels)) labels <- rep("", length(args))
    if (name %in% labels) return(args[[match(name, labels)]])
    plain <- which(labels == "")
    if (length(plain) >= position) args[[plain[position]]] else NULL
  }
  visit <- function(e, file, index) {
    if (is.pairlist(e) || is.expression(e)) {
      for (i in seq_along(e)) { item <- e[[i]]; if (!missing(item) && !is.null(item)) visit(item, file, index) }
      return(invisible())
    }
    if (!is.call(e)) return(invisible())
    name <- called(e)$name
    note <- function(what) state$untracked[[length(state$untracked) + 1]] <- list(path = file$path, index = index, what = what)
    if (name %in% c("::", ":::")) state$packages <- c(state$packages, as.character(e[[2]]))
    else if (name %in% c("library", "require", "requireNamespace", "loadNamespace", "attachNamespace")) {
      what <- argument(e, "package", 1)
      by_name <- name %in% c("library", "require") && !isTRUE(argument(e, "character.only", 99))
      if (is.character(what)) state$packages <- c(state$packages, what)
      else if (is.symbol(what) && by_name) state$packages <- c(state$packages, as.character(what))
      else if (!is.null(what)) note(paste0(name, "() of a computed name"))
    } else if (name %in% c("p_load")) {
      for (item in as.list(e)[-1]) if (is.symbol(item) || is.character(item)) state$packages <- c(state$packages, as.character(item))
    } else if (name %in% c("source", "sys.source")) {
      path <- literal(argument(e, "file", 1), file$cwd)
      if (is.null(path)) note(paste0(name, "() of a computed path"))
      else {
        folder <- if (isTRUE(argument(e, "chdir", 99))) dirname(path) else file$cwd
        state$queue[[length(state$queue) + 1]] <- list(path = path, cwd = folder)
      }
    } else if (name %in% c("eval", "evalq", "parse")) {
      inner <- argument(e, "expr", 1)
      if (name == "parse") note("parse()")
      else if (is.call(inner) && called(inner)$name %in% c("str2lang", "str2expression")) note("eval() of a text")
    } else if (name == "setwd") note("setwd()")
    for (i in seq_along(e)) { item <- e[[i]]; if (!missing(item) && !is.null(item)) visit(item, file, index) }
  }
  piece <- function(e) {
    if (is.call(e) && is.symbol(e[[1]]) && as.character(e[[1]]) %in% c("<-", "=", "<<-")) {
      target <- e[[2]]
      if (is.symbol(target)) return(as.character(target))
      if (is.character(target)) return(target)
    }
    "(top level)"
  }
  while (length(state$queue) > 0) {
    file <- state$queue[[1]]
    state$queue <- state$queue[-1]
    if (file$path %in% state$seen) next
    state$seen <- c(state$seen, file$path)
    if (!file.exists(file$path)) { state$absent <- c(state$absent, file$path); next }
    code <- parse(file$path, keep.source = FALSE, encoding = "UTF-8")
    before <- length(state$untracked)
    pieces <- list()
    for (index in seq_along(code)) {
      pieces[[index]] <- list(piece(code[[index]]), mlp_deparse(code[[index]]))
      visit(code[[index]], file, index)
    }
    if (length(state$untracked) > before) {
      lines <- vapply(attr(parse(file$path, keep.source = TRUE, encoding = "UTF-8"), "srcref"), function(s) as.integer(s)[1], 1L)
      for (k in seq.int(before + 1, length(state$untracked))) state$untracked[[k]]$line <- lines[state$untracked[[k]]$index]
    }
    state$files[[length(state$files) + 1]] <- list(path = file$path, pieces = pieces)
  }
  list(
    files = state$files,
    absent = as.list(unique(state$absent)),
    packages = as.list(sort(unique(state$packages), method = "radix")),
    untracked = lapply(state$untracked, function(u) list(path = u$path, line = u$line, what = u$what))
  )
}
setwd(request$root)
answer <- tryCatch(mlp_read(request), error = function(e) list(trouble = conditionMessage(e)))
cat("\n@mlp@", mlp_json(answer), sep = "")
`;
