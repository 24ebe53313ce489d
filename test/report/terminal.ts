/** A terminal small enough to read: what the user sees after cursor movements, erasing and wrapping. */

export class Terminal {
  readonly width: number;
  cursorVisible = true;
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(width = 80) {
    this.width = width;
  }

  write(text: string): void {
    // One escape sequence, or one character.
    for (const [piece] of text.matchAll(/\u001b\[[0-?]*[ -/]*[@-~]|[^]/gu)) this.#put(piece);
  }

  /** Everything on the screen and scrolled off it, without blank space at the ends. */
  text(): string {
    return this.#rows
      .map((row) =>
        Array.from(row, (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd();
  }

  #put(piece: string): void {
    const sequence = /^\u001b\[([?]?)(\d*)([@-~])$/.exec(piece);
    if (sequence !== null) {
      this.#control(sequence[3] ?? '', sequence[1] === '?', Number(sequence[2] || '1'), sequence[2] ?? '');
      return;
    }
    if (piece === '\n') {
      this.#row++;
      this.#column = 0;
    } else if (piece === '\r') this.#column = 0;
    else {
      if (this.#column >= this.width) {
        this.#row++;
        this.#column = 0;
      }
      this.#line()[this.#column++] = piece;
    }
    this.#line();
  }

  #control(command: string, isPrivate: boolean, count: number, digits: string): void {
    if (isPrivate && digits === '25') this.cursorVisible = command === 'h';
    else if (isPrivate || command === 'm') return;
    else if (command === 'A') this.#row = Math.max(0, this.#row - count);
    else if (command === 'B') this.#row += count;
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'K') this.#line().length = Math.min(this.#line().length, this.#column);
    else throw new Error(`the terminal of the tests does not know ${JSON.stringify(command)}`);
  }

  #line(): string[] {
    while (this.#rows.length <= this.#row) this.#rows.push([]);
    return this.#rows[this.#row] ?? [];
  }
}
