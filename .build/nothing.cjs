/** Stands for a package that is never asked for. */
