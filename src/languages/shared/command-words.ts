/**
 * Reads the text of a shell script far enough to know which programs it starts with which words. It is a scanner, not
 * a shell: nothing is expanded, and a word that depends on an expansion or a glob says so (`literal: false`).
 */

export interface Word {
  /** Quotes and back-slashes removed; an expansion leaves a `$`. */
  readonly text: string;
  /** false when the shell would put something else in its place. */
  readonly literal: boolean;
  /** Some of it was quoted, so that it can be neither a reserved word nor an assignment. */
  readonly quoted: boolean;
}

export type ShellEvent =
  | {
      readonly kind: 'command';
      readonly words: readonly Word[];
      /** Target of `<`. */
      readonly stdin?: Word;
      /** Counted from 1. */
      readonly line: number;
      /** Part of a pipeline or in the background: a `cd` in it moves nobody else. */
      readonly apart: boolean;
    }
  /** A subshell or a command substitution begins or ends: a `cd` inside ends with it. */
  | {readonly kind: 'open'}
  | {readonly kind: 'close'};

/** Commands in the order in which they are written; those of a substitution come before the command that holds it. */
export function scanShell(text: string, firstLine: number = 1): readonly ShellEvent[] {
  const scanner = new Scanner(text, firstLine);
  scanner.commands('');
  return scanner.events;
}

const SPACE = new Set([' ', '\t', '\r']);
/** Characters that stand for themselves inside a word. */
const PLAIN = /[^ \t\r\n;&|()<>\\'"$`*?[]+/y;
const META = new Set([' ', '\t', '\r', '\n', ';', '&', '|', '(', ')', '<', '>']);

class Scanner {
  readonly events: ShellEvent[] = [];
  readonly #text: string;
  #at = 0;
  #line: number;
  /** Here-documents whose bodies follow the end of this line. */
  #hereDocuments: {delimiter: string; stripTabs: boolean}[] = [];

  constructor(text: string, line: number) {
    this.#text = text;
    this.#line = line;
  }

  /** Reads commands up to `closer` (consumed), or to the end of the text. */
  commands(closer: '' | ')'): void {
    let words: Word[] = [];
    let stdin: Word | undefined;
    let line = this.#line;
    let piped = false;
    const end = (apart: boolean): void => {
      if (words.length > 0 || stdin !== undefined) {
        this.events.push({
          kind: 'command',
          words,
          ...(stdin === undefined ? {} : {stdin}),
          line,
          apart: apart || piped,
        });
      }
      words = [];
      stdin = undefined;
    };
    while (this.#at < this.#text.length) {
      const char = this.#char();
      if (words.length === 0) line = this.#line;
      if (SPACE.has(char)) this.#at++;
      else if (char === '\\' && this.#char(1) === '\n') this.#newLine(2);
      else if (char === '#') this.#skipComment();
      else if (char === '\n') {
        end(false);
        piped = false;
        this.#newLine(1);
        this.#skipHereDocuments();
      } else if (char === ';') {
        end(false);
        piped = false;
        this.#at++;
      } else if (char === '&' && this.#char(1) === '>') {
        this.#at++;
      } else if (char === '&' || char === '|') {
        const twice = this.#char(1) === char;
        end(!twice);
        piped = char === '|' && !twice;
        this.#at += twice || this.#char(1) === '&' ? 2 : 1;
      } else if (char === '(') {
        end(false);
        this.#at++;
        this.#nested(() => this.commands(')'));
      } else if (char === ')') {
        end(false);
        this.#at++;
        if (closer === ')') return;
      } else if (char === '<' || char === '>') {
        const target = this.#redirection();
        if (target !== undefined) stdin = target;
      } else {
        const word = this.#word();
        const descriptor = /^\d+$/.test(word.text) && !word.quoted && (this.#char() === '<' || this.#char() === '>');
        if (!descriptor) words.push(word);
      }
    }
    end(false);
  }

  #char(ahead: number = 0): string {
    return this.#text[this.#at + ahead] ?? '';
  }

  #newLine(length: number): void {
    this.#at += length;
    this.#line++;
  }

  #nested(read: () => void): void {
    this.events.push({kind: 'open'});
    read();
    this.events.push({kind: 'close'});
  }

  #skipComment(): void {
    while (this.#at < this.#text.length && this.#char() !== '\n') this.#at++;
  }

  /** @returns the target when it is the standard input that is redirected from a file. */
  #redirection(): Word | undefined {
    const operator = /^(<<-|<<<|<<|<&|<>|>>|>&|>\||<|>)/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0] ?? '<';
    this.#at += operator.length;
    if (operator === '<' || operator === '>') {
      if (this.#char() === '(') {
        this.#at++;
        this.#nested(() => this.commands(')'));
        return undefined;
      }
    }
    while (SPACE.has(this.#char())) this.#at++;
    if (this.#char() === '' || META.has(this.#char())) return undefined;
    const target = this.#word();
    if (operator === '<<' || operator === '<<-') {
      this.#hereDocuments.push({delimiter: target.text, stripTabs: operator === '<<-'});
    }
    return operator === '<' ? target : undefined;
  }

  #skipHereDocuments(): void {
    for (const {delimiter, stripTabs} of this.#hereDocuments) {
      while (this.#at < this.#text.length) {
        const stop = this.#text.indexOf('\n', this.#at);
        const row = this.#text.slice(this.#at, stop === -1 ? this.#text.length : stop);
        if (stop === -1) this.#at = this.#text.length;
        else this.#newLine(stop + 1 - this.#at);
        if ((stripTabs ? row.replace(/^\t+/, '') : row) === delimiter) break;
      }
    }
    this.#hereDocuments = [];
  }

  #word(): Word {
    const word = {text: '', literal: true, quoted: false};
    if (this.#char() === '~') word.literal = false;
    while (this.#at < this.#text.length) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(this.#text)?.[0] ?? '';
      word.text += plain;
      this.#at += plain.length;
      const char = this.#char();
      if (char === '' || META.has(char)) break;
      if (char === '\\') {
        if (this.#char(1) === '\n') this.#newLine(2);
        else {
          word.text += this.#char(1);
          word.quoted = true;
          this.#at += 2;
        }
      } else if (char === "'") this.#singleQuotes(word);
      else if (char === '"') this.#doubleQuotes(word);
      else if (char === '$' || char === '`') this.#expansion(word);
      else {
        if (char === '*' || char === '?' || char === '[') word.literal = false;
        word.text += char;
        this.#at++;
      }
    }
    return word;
  }

  #singleQuotes(word: {text: string; quoted: boolean}): void {
    const stop = this.#text.indexOf("'", this.#at + 1);
    const inside = this.#text.slice(this.#at + 1, stop === -1 ? this.#text.length : stop);
    word.text += inside;
    word.quoted = true;
    this.#line += inside.split('\n').length - 1;
    this.#at += inside.length + 2;
  }

  #doubleQuotes(word: {text: string; literal: boolean; quoted: boolean}): void {
    word.quoted = true;
    this.#at++;
    while (this.#at < this.#text.length && this.#char() !== '"') {
      const char = this.#char();
      const next = this.#char(1);
      if (char === '\\' && next === '\n') this.#newLine(2);
      else if (char === '\\' && '$`"\\'.includes(next)) {
        word.text += next;
        this.#at += 2;
      } else if (char === '$' || char === '`') this.#expansion(word);
      else {
        word.text += char;
        if (char === '\n') this.#line++;
        this.#at++;
      }
    }
    this.#at++;
  }

  #expansion(word: {text: string; literal: boolean; quoted: boolean}): void {
    const next = this.#char(1);
    if (this.#char() === '`') {
      word.literal = false;
      word.text += '$';
      const stop = /^(?:[^`\\]|\\[\s\S])*/.exec(this.#text.slice(this.#at + 1))?.[0] ?? '';
      const inside = scanShell(stop.replace(/\\([`\\$])/g, '$1'), this.#line);
      this.#nested(() => this.events.push(...inside));
      this.#line += stop.split('\n').length - 1;
      this.#at += stop.length + 2;
    } else if (next === '(' && this.#char(2) === '(') {
      word.literal = false;
      word.text += '$';
      this.#balanced('(', ')');
    } else if (next === '(') {
      word.literal = false;
      word.text += '$';
      this.#at += 2;
      this.#nested(() => this.commands(')'));
    } else if (next === '{') {
      word.literal = false;
      word.text += '$';
      this.#balanced('{', '}');
    } else if (next === "'" && !word.quoted) {
      this.#at++;
      this.#singleQuotes(word);
    } else {
      const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(this.#text.slice(this.#at + 1, this.#at + 200))?.[0];
      if (name !== undefined) word.literal = false;
      word.text += '$';
      this.#at += 1 + (name?.length ?? 0);
    }
  }

  /** Skips from here past the bracket that closes the first one. */
  #balanced(open: string, close: string): void {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const char = this.#char();
      if (char === '\\') this.#at++;
      else if (char === '\n') this.#line++;
      else if (char === open) depth++;
      else if (char === close && --depth === 0) {
        this.#at++;
        return;
      }
      this.#at++;
    }
  }
}
