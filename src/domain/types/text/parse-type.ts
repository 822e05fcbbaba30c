import { canonicalType } from './canonical-type.js';
import type { TypeArgument, TypeNode } from './type-node.js';
import { type Token, tokensOf, TypeTextError } from './type-tokens.js';

/** Most nested types, far more than any table has. It bounds the stack. */
const MAX_DEPTH = 100;

/** Second words of SQL's names, as in `INT UNSIGNED`. */
const SECOND_WORD = /^(UNSIGNED|SIGNED|PRECISION|VARYING)$/i;

/**
 * Parses a type as users write it in DDL and as ClickHouse prints it: with any spacing, aliases (`INT`, `VARCHAR(20)`) and
 * omitted parameters (`Decimal(9)`). It accepts unknown names, because only the list of types can judge them. Throws
 * `TypeTextError`, which names the position and what was expected there.
 */
export function parseType(text: string): TypeNode {
  const parser = new Parser(text);
  const type = parser.type(0);
  parser.expectEnd();
  return type;
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private index = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  type(depth: number): TypeNode {
    const { kind, value, position } = this.peek();
    if (kind !== 'word') throw this.unexpected('the name of a type');
    if (depth > MAX_DEPTH) throw this.unexpected(`at most ${MAX_DEPTH} nested types`);
    this.index++;
    const second = this.peek();
    const hasSecond = second.kind === 'word' && SECOND_WORD.test(second.value);
    if (hasSecond) this.index++;
    const name = hasSecond ? `${value} ${second.value}` : value;
    const canonical = canonicalType(name, this.takes('(') ? this.arguments(name, depth) : []);
    if (typeof canonical === 'string') throw new TypeTextError(this.text, position, canonical);
    return canonical;
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected('the end of the type');
  }

  private arguments(name: string, depth: number): readonly TypeArgument[] {
    const args: TypeArgument[] = [];
    // ClickHouse allows a comma after the last argument.
    while (!this.takes(')')) {
      args.push(this.argument(name, depth));
      if (this.takes(',')) continue;
      if (!this.takes(')')) throw this.unexpected('"," or ")"');
      break;
    }
    return args;
  }

  private argument(name: string, depth: number): TypeArgument {
    const token = this.peek();
    if (token.kind === 'number') {
      this.index++;
      return { kind: 'number', text: token.value };
    }
    if (token.kind === 'string') {
      this.index++;
      if (!this.takes('=')) return { kind: 'text', value: token.value };
      return { kind: 'enum', name: token.value, value: this.number() };
    }
    if (token.kind !== 'word' && token.kind !== 'quoted') {
      throw this.unexpected('a type, a name, a number or a string in quotes');
    }
    if (/^json$/i.test(name) && /^skip$/i.test(token.value) && token.kind === 'word') {
      this.index++;
      return this.skipped();
    }
    const next = this.tokens[this.index + 1];
    if (next?.value === '=' && next.kind === 'mark') {
      this.index += 2;
      return { kind: 'setting', name: token.value, value: this.number() };
    }
    const isPath = next?.value === '.' && next.kind === 'mark';
    const isMember = token.kind === 'quoted' || isPath || next?.kind === 'word';
    if (!isMember || (next?.kind === 'word' && SECOND_WORD.test(next.value))) {
      return { kind: 'type', type: this.type(depth + 1) };
    }
    return { kind: 'member', name: this.path(), type: this.type(depth + 1) };
  }

  private skipped(): TypeArgument {
    const { kind, value } = this.peek();
    if (kind !== 'word' || !/^regexp$/i.test(value)) return { kind: 'skip', path: this.path() };
    this.index++;
    const pattern = this.peek();
    if (pattern.kind !== 'string') throw this.unexpected('a pattern in quotes');
    this.index++;
    return { kind: 'skip-pattern', pattern: pattern.value };
  }

  /** Names joined by dots, each of them quoted or not. */
  private path(): string {
    const names: string[] = [];
    do {
      const { kind, value } = this.peek();
      if (kind !== 'word' && kind !== 'quoted') throw this.unexpected('a name');
      names.push(value);
      this.index++;
    } while (this.takes('.'));
    return names.join('.');
  }

  private number(): number {
    const { kind, value } = this.peek();
    const number = kind === 'number' ? Number(value) : NaN;
    if (!Number.isInteger(number)) throw this.unexpected('a whole number');
    this.index++;
    return number;
  }

  private takes(mark: string): boolean {
    const { kind, value } = this.peek();
    const isIt = kind === 'mark' && value === mark;
    if (isIt) this.index++;
    return isIt;
  }

  private peek(): Token {
    return this.tokens[this.index] ?? { kind: 'end', value: '', position: this.text.length };
  }

  private unexpected(expected: string): TypeTextError {
    return new TypeTextError(this.text, this.peek().position, expected);
  }
}
