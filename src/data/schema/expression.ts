/**
 * The language of `rules: expr`: what must hold of the columns of one row. It is parsed here and never given to JavaScript.
 *
 *     start <= end                                columns by name, `odd names` in back-ticks
 *     total == net + tax                          + - * / and unary -, numbers; == with the rule's `within`
 *     country in ["LT", 'LV'] or not (age < 18)   texts in quotes, lists, and / or / not, true, false
 *     end is missing or end > start               is missing, is not missing
 *     signed >= "2024-01-31"                      dates are compared with texts as ISO 8601
 *
 * What it gives has three values (true, false, unknown), as in SQL: a comparison or sum with a missing cell is unknown, and a
 * row whose rule is unknown is not counted.
 */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/';

export type Expression =
  | {readonly kind: 'number'; readonly value: number; readonly at: number}
  | {readonly kind: 'text'; readonly value: string; readonly at: number}
  | {readonly kind: 'boolean'; readonly value: boolean; readonly at: number}
  | {readonly kind: 'column'; readonly name: string; readonly at: number}
  | {readonly kind: 'negate' | 'not'; readonly of: Expression; readonly at: number}
  | {readonly kind: 'missing'; readonly of: Expression; readonly negated: boolean; readonly at: number}
  | {
      readonly kind: 'in';
      readonly of: Expression;
      readonly list: readonly Expression[];
      readonly negated: boolean;
      readonly at: number;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'comparison';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression; readonly at: number};

/** What is shown of a long expression before and behind its mistake. */
const SHOWN_BEFORE = 40;

/** A mistake in an expression; its message shows the text with a caret below the place. */
export class ExpressionMistake extends Error {
  override readonly name = 'ExpressionMistake';
  /** Offset in the text. */
  readonly at: number;
  constructor(text: string, at: number, what: string) {
    const from = Math.max(0, at - SHOWN_BEFORE);
    const shown = text.slice(from, from + 2 * SHOWN_BEFORE).replaceAll(/\s/g, ' ');
    super(`${what}\n  ${shown}\n  ${' '.repeat(at - from)}^`);
    this.at = at;
  }
}

type TokenKind = 'number' | 'text' | 'name' | 'quoted' | 'sign' | 'end';
interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

const WORDS = new Set(['and', 'or', 'not', 'is', 'in', 'missing', 'true', 'false']);
const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const TOKEN =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|`(?<quoted>(?:[^`\\]|\\.)+)`|(?<name>[\p{L}_][\p{L}\p{N}_.]*)|(?<sign>==|!=|<=|>=|<|>|[-+*/()[\],]))/uy;
/** How deeply parts may lie in each other, and how many there may be: whoever walks the tree recurses. */
const DEEPEST = 200;
const MOST_TOKENS = 2000;

/** @throws ExpressionMistake */
export function parseExpression(text: string): Expression {
  return new Parser(text).whole();
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    if (found.length >= MOST_TOKENS) throw new ExpressionMistake(text, at, 'this is too long: split the rule');
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
    if (match === null) throw new ExpressionMistake(text, start, unknownSign(text, start));
    const [[kind, value]] = Object.entries(match.groups ?? {}).filter(([, one]) => one !== undefined) as [
      [TokenKind, string],
    ];
    found.push({kind, text: value, at: start});
    at = TOKEN.lastIndex;
  }
  return [...found, {kind: 'end', text: '', at: text.length}];
}

function unknownSign(text: string, at: number): string {
  const sign = text.charAt(at);
  if (sign === '=') return '`=` is no comparison: write `==`';
  if (sign === '&' || sign === '|' || sign === '!') return `\`${sign}\` is not known: write \`and\`, \`or\`, \`not\``;
  if (sign === '"' || sign === "'" || sign === '`') return `the quote ${sign} is not closed`;
  return `\`${sign}\` is not known here`;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #place = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  whole(): Expression {
    const expression = this.#or();
    const {kind, text, at} = this.#next;
    if (kind !== 'end') throw new ExpressionMistake(this.#text, at, `\`${text}\` is too much here`);
    if (!isCondition(expression))
      throw new ExpressionMistake(this.#text, expression.at, 'this is no condition: compare it with something');
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#place] as Token;
  }

  /** Goes on when the next token is that sign or word. */
  #take(text: string): Token | undefined {
    const token = this.#next;
    if (token.text !== text || (token.kind !== 'sign' && token.kind !== 'name')) return undefined;
    this.#place += 1;
    return token;
  }

  #need(text: string): void {
    if (this.#take(text) === undefined)
      throw new ExpressionMistake(this.#text, this.#next.at, `\`${text}\` is needed here`);
  }

  #or(): Expression {
    let left = this.#and();
    for (let token = this.#take('or'); token !== undefined; token = this.#take('or'))
      left = {kind: 'or', left: this.#condition(left), right: this.#condition(this.#and()), at: token.at};
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    for (let token = this.#take('and'); token !== undefined; token = this.#take('and'))
      left = {kind: 'and', left: this.#condition(left), right: this.#condition(this.#not()), at: token.at};
    return left;
  }

  #condition(expression: Expression): Expression {
    if (isCondition(expression)) return expression;
    throw new ExpressionMistake(this.#text, expression.at, 'this is no condition: compare it with something');
  }

  #not(): Expression {
    const token = this.#take('not');
    if (token === undefined) return this.#comparison();
    return this.#deeper(token, () => ({kind: 'not', of: this.#condition(this.#not()), at: token.at}));
  }

  #comparison(): Expression {
    const left = this.#sum();
    const token = this.#next;
    if (token.kind === 'sign' && COMPARISONS.has(token.text)) {
      this.#place += 1;
      const operator = token.text as Comparison;
      const comparison: Expression = {kind: 'comparison', operator, left, right: this.#sum(), at: token.at};
      if (this.#next.kind === 'sign' && COMPARISONS.has(this.#next.text))
        throw new ExpressionMistake(this.#text, this.#next.at, 'comparisons are not chained: join two with `and`');
      return comparison;
    }
    if (this.#take('is') !== undefined) {
      const negated = this.#take('not') !== undefined;
      this.#need('missing');
      return {kind: 'missing', of: left, negated, at: token.at};
    }
    const negated = this.#take('not') !== undefined;
    if (negated || this.#next.text === 'in') {
      this.#need('in');
      return {kind: 'in', of: left, list: this.#list(), negated, at: token.at};
    }
    return left;
  }

  #list(): readonly Expression[] {
    this.#need('[');
    const list: Expression[] = [];
    while (this.#take(']') === undefined) {
      if (list.length > 0) this.#need(',');
      list.push(this.#sum());
    }
    return list;
  }

  #sum(): Expression {
    let left = this.#product();
    for (
      let token = this.#take('+') ?? this.#take('-');
      token !== undefined;
      token = this.#take('+') ?? this.#take('-')
    )
      left = {kind: 'arithmetic', operator: token.text as Arithmetic, left, right: this.#product(), at: token.at};
    return left;
  }

  #product(): Expression {
    let left = this.#single();
    for (
      let token = this.#take('*') ?? this.#take('/');
      token !== undefined;
      token = this.#take('*') ?? this.#take('/')
    )
      left = {kind: 'arithmetic', operator: token.text as Arithmetic, left, right: this.#single(), at: token.at};
    return left;
  }

  #single(): Expression {
    const token = this.#next;
    const {at, text} = token;
    if (this.#take('-') !== undefined) return this.#deeper(token, () => ({kind: 'negate', of: this.#single(), at}));
    if (this.#take('(') !== undefined) {
      const inside = this.#deeper(token, () => this.#or());
      this.#need(')');
      return inside;
    }
    this.#place += 1;
    if (token.kind === 'number') return {kind: 'number', value: Number(text), at};
    if (token.kind === 'text') return {kind: 'text', value: text.slice(1, -1).replaceAll(/\\(.)/gs, '$1'), at};
    if (token.kind === 'quoted') return {kind: 'column', name: text.replaceAll(/\\(.)/gs, '$1'), at};
    if (text === 'true' || text === 'false') return {kind: 'boolean', value: text === 'true', at};
    if (token.kind === 'name' && !WORDS.has(text)) return {kind: 'column', name: text, at};
    this.#place -= 1;
    throw new ExpressionMistake(this.#text, at, 'a column, a number or a text in quotes is needed here');
  }

  #deeper(token: Token, parse: () => Expression): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new ExpressionMistake(this.#text, token.at, 'this is nested too deeply');
    const inside = parse();
    this.#depth -= 1;
    return inside;
  }
}

/** What can be true or false; a column may be a boolean one, which only its type tells. */
function isCondition({kind}: Expression): boolean {
  return !['number', 'text', 'negate', 'arithmetic'].includes(kind);
}

/** Names of all columns in it, each once, in their order. */
export function columnsOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'column') names.add(part.name);
    if ('of' in part) visit(part.of);
    if ('list' in part) part.list.forEach(visit);
    if ('left' in part) {
      visit(part.left);
      visit(part.right);
    }
  };
  visit(expression);
  return [...names];
}
