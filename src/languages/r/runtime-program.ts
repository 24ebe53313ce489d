/** The R program that tells its version and those of the packages that are used, with all they import. */

/** Comes after FINGERPRINT_PROGRAM's `mlp_json`; \`wanted\` is a character vector set before it. stdout: MARK, then one JSON object. */
export const RUNTIME_PROGRAM = String.raw`
answer <- local({
  packages <- list()
  queue <- wanted
  guards <- c(file.path(R.home("bin"), "exec", "R"), .libPaths())
  while (length(queue) > 0) {
    name <- queue[1]
    queue <- queue[-1]
    if (name %in% names(packages) || name == "R") next
    file <- system.file("DESCRIPTION", package = name)
    if (file == "") {
      if (name %in% wanted) packages[[name]] <- NA_character_
      next
    }
    fields <- read.dcf(file, fields = c("Version", "Priority", "Depends", "Imports", "LinkingTo", "RemoteSha"))[1, ]
    # Base packages are as old as R itself.
    if (identical(unname(fields["Priority"]), "base")) next
    sha <- fields["RemoteSha"]
    from_commit <- !is.na(sha) && grepl("^[0-9a-f]{40}$", sha)
    packages[[name]] <- paste0(fields["Version"], if (from_commit) paste0("+", sha) else "")
    needs <- unlist(strsplit(stats::na.omit(fields[c("Depends", "Imports", "LinkingTo")]), ","))
    queue <- c(queue, trimws(sub("\\(.*", "", needs)))
  }
  list(
    version = paste(R.version[["major"]], sub("\\..*", "", R.version[["minor"]]), sep = "."),
    packages = packages,
    guards = as.list(guards)
  )
})
cat("\n@mlp@", mlp_json(answer), sep = "")
`;
