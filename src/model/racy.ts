/** When a signature may be trusted. */

/**
 * A file that was written within so many milliseconds before it was hashed may be written again without its times moving,
 * where the clock of the file system is coarse: its signature proves nothing.
 */
export const RACY_MS = 2000;
