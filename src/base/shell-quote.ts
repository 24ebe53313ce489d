/** Quoting for POSIX shells: a value put into a script stays one word with exactly its characters, wherever it stands. */

/** Where in a script a value is put. `heredoc` is the body of `<<EOF`, `literal` that of `<<'EOF'`. */
export type ShellContext = 'plain' | 'double' | 'single' | 'heredoc' | 'literal' | 'comment';

/** One word of a shell command. Characters that no shell treats specially stay bare. */
export const quoteWord = (word: string): string => (isBare(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Whether no shell treats a character of it specially, in any quotes. */
export const isBare = (word: string): boolean => /^[A-Za-z0-9_@%+:,./-]+$/.test(word);

/** Writes `value` so that the shell reads it back unchanged in the given context. */
export function quoteIn(context: ShellContext, value: string): string {
  switch (context) {
    case 'plain':
      return quoteWord(value);
    case 'double':
      return value.replace(/[\\"$`]/g, '\\$&');
    case 'single':
      return value.replaceAll("'", "'\\''");
    case 'heredoc':
      return value.replace(/[\\$`]/g, '\\$&');
    case 'literal':
      return value;
    case 'comment':
      return value.replace(/[\n\r]+/g, ' ');
  }
}

interface Frame {
  context: 'plain' | 'double';
  /** Inside `$((`, where `<<` shifts bits. */
  readonly arithmetic: boolean;
  /** Open `(` inside this frame; the frame of `$(` ends at the one that closes it. */
  parentheses: number;
}

interface Heredoc {
  readonly end: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
}

/** Reads a script piece by piece and knows in which quotes its end stands. Follows quotes, `$( )`, comments and heredocs. */
export class ShellReader {
  #frames: Frame[] = [{context: 'plain', arithmetic: false, parentheses: 0}];
  #single = false;
  #comment = false;
  #backTicks = false;
  #pending: Heredoc[] = [];
  #body: Heredoc | undefined;
  /** How many frames stand around the body: inside a `$(` of it there are more. */
  #bodyDepth = 0;
  #line = '';
  #wordStart = true;

  get context(): ShellContext {
    const body = this.#bodyHere;
    if (body !== undefined) return body.quoted ? 'literal' : 'heredoc';
    if (this.#comment) return 'comment';
    return this.#single ? 'single' : this.#frame.context;
  }

  /** Between back-ticks a shell takes back-slashes and back-ticks away before it looks at quotes: no value is safe there. */
  get isInBackTicks(): boolean {
    return this.#backTicks;
  }

  /** A value was put here, already quoted: it changes no quotes. */
  skipValue(): void {
    this.#wordStart = false;
    this.#line += '\0';
  }

  read(text: string): void {
    for (let at = 0; at < text.length; at++) at += this.#step(text, at);
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? {context: 'plain', arithmetic: false, parentheses: 0};
  }

  get #bodyHere(): Heredoc | undefined {
    return this.#frames.length === this.#bodyDepth ? this.#body : undefined;
  }

  /** @returns how many characters beyond this one were read. */
  #step(text: string, at: number): number {
    const character = text.charAt(at);
    const body = this.#bodyHere;
    if (body !== undefined) return this.#readBody(text, at, body);
    if (character === '\n' && !this.#single && this.#frame.context === 'plain') {
      this.#comment = false;
      this.#wordStart = true;
      if (this.#pending.length > 0) this.#startBody();
      return 0;
    }
    if (this.#comment) return 0;
    if (this.#single) {
      if (character === "'") this.#single = false;
      return 0;
    }
    const wordStart = this.#wordStart;
    this.#wordStart = /[\s;&|()]/.test(character);
    if (character === '\\') return 1;
    if (character === '`') this.#backTicks = !this.#backTicks;
    if (character === '$' && text.charAt(at + 1) === '(') return this.#substitution(text, at);
    if (this.#frame.context === 'double') {
      if (character === '"') this.#frames.pop();
      return 0;
    }
    return this.#stepPlain(text, at, character, wordStart);
  }

  #substitution(text: string, at: number): number {
    this.#frames.push({context: 'plain', arithmetic: text.charAt(at + 2) === '(', parentheses: 0});
    this.#wordStart = true;
    return 1;
  }

  #stepPlain(text: string, at: number, character: string, wordStart: boolean): number {
    if (character === "'") this.#single = true;
    else if (character === '"') this.#frames.push({context: 'double', arithmetic: false, parentheses: 0});
    else if (character === '#' && wordStart) this.#comment = true;
    else if (character === '(') this.#frame.parentheses++;
    else if (character === ')') {
      if (this.#frame.parentheses > 0) this.#frame.parentheses--;
      else if (this.#frames.length > 1) this.#frames.pop();
    } else if (character === '<' && text.startsWith('<<', at) && !this.#frame.arithmetic) {
      if (text.charAt(at + 2) === '<') return 2;
      const word = /^<<(-?)[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|(\\?)([A-Za-z0-9_.-]+))/.exec(text.slice(at, at + 200));
      if (word === null) return 1;
      const quoted = word[5] === undefined || word[4] === '\\';
      this.#pending.push({end: word[2] ?? word[3] ?? word[5] ?? '', quoted, stripTabs: word[1] === '-'});
      return word[0].length - 1;
    }
    return 0;
  }

  #readBody(text: string, at: number, body: Heredoc): number {
    const character = text.charAt(at);
    if (character !== '\n') {
      this.#line += character;
      if (body.quoted) return 0;
      if (character === '\\') return 1;
      if (character === '`') this.#backTicks = !this.#backTicks;
      return character === '$' && text.charAt(at + 1) === '(' ? this.#substitution(text, at) : 0;
    }
    const line = body.stripTabs ? this.#line.replace(/^\t+/, '') : this.#line;
    this.#line = '';
    if (line === body.end) {
      this.#body = undefined;
      this.#wordStart = true;
      this.#startBody();
    }
    return 0;
  }

  #startBody(): void {
    this.#body = this.#pending.shift();
    this.#bodyDepth = this.#frames.length;
    this.#line = '';
  }
}
