/** How tables are written. */
export interface WriteOptions {
  /**
   * For a CSV that people open in a spreadsheet: a text that the spreadsheet would run as a formula gets a `'` in front. Off for
   * what programs read, since it changes the text.
   */
  readonly forPeople?: boolean | undefined;
}
