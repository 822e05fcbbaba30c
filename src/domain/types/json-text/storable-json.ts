import type { Buffer } from 'node:buffer';
import {
  BRACE,
  BRACE_END,
  BRACKET,
  BRACKET_END,
  endOfValue,
  toNext,
  toValue,
} from './end-of-value.js';
import { FALSE_START, NULL_START, TRUE_START } from './first-bytes.js';
import { NumberToken } from './number-token.js';
import { QUOTE, StringToken } from './string-token.js';

/** ClickHouse refuses 1,024 levels. */
const MAX_DEPTH = 1_000;

const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 64n - 1n;

const SURROGATE = 'must not contain an unpaired surrogate';
const DEPTH = `must have at most ${MAX_DEPTH} levels`;
const INTEGER = 'must not contain integers beyond 64 bits';
const NUMBER = 'must not contain numbers beyond 1.8e308';
const KEY_TWICE = 'must not have a key twice in one object';
const PATH_TWICE = 'must not have a path twice, such as "a.b" next to {"a":{"b":1}}';
const MIXED_BOOLEANS = 'must not mix booleans with numbers or strings in one array';
const MIXED_NUMBERS = 'must not mix integers beyond 2^53 with other numbers in one array';

const token = new StringToken();
const number = new NumberToken();

/**
 * Why ClickHouse would refuse the object at `at`, or would store other values, as the end of a sentence. Null if it stores
 * the object unchanged. ClickHouse refuses the whole block for one such object and does not say which one, so it only gets
 * objects that pass this check. In doubt, the check reports a reason (facts: 26.7, `SerializationObject`).
 */
export function jsonFaultIn(bytes: Buffer, at: number): string | null {
  const walk = new Walk(bytes);
  walk.object(at, { prefix: '', paths: new Set(), depth: 1 });
  return walk.problem;
}

/** The object in which paths begin: the column's own object, or one in an array. */
interface Scope {
  /** The keys above it: `a.b.` */
  readonly prefix: string;
  readonly paths: Set<string>;
  readonly depth: number;
}

/** Kinds of values in arrays of the same nesting depth. The server makes one type for all of them. */
interface Kinds {
  hasBoolean: boolean;
  hasString: boolean;
  hasNumber: boolean;
  hasFraction: boolean;
  hasLargeInteger: boolean;
}

/** Checks an object from left to right until it finds a problem. */
class Walk {
  problem: string | null = null;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Returns the position after the object. The position is meaningless once there is a problem. */
  object(start: number, scope: Scope): number {
    const { bytes } = this;
    if (scope.depth > MAX_DEPTH) return this.fail(DEPTH);
    const keys = new Set<string>();
    let hasDots = false;
    let at = toNext(bytes, start + 1);
    while (bytes[at] !== BRACE_END) {
      token.read(bytes, at);
      if (token.isBroken) return this.fail(SURROGATE);
      const key = token.text();
      if (keys.has(key)) return this.fail(KEY_TWICE);
      keys.add(key);
      hasDots ||= key.includes('.');
      const path = scope.prefix + key;
      const value = toValue(bytes, token.next);
      const behind = this.member(value, path, scope);
      if (this.problem !== null) return behind;
      at = toNext(bytes, behind);
      if (bytes[at] !== BRACE_END) at = toNext(bytes, at + 1);
    }
    return hasDots && isOneInAnother(scope.paths) ? this.fail(PATH_TWICE) : at + 1;
  }

  private member(at: number, path: string, scope: Scope): number {
    const { bytes } = this;
    if (bytes[at] === BRACE) {
      return this.object(at, { ...scope, prefix: `${path}.`, depth: scope.depth + 1 });
    }
    if (scope.paths.has(path)) return this.fail(PATH_TWICE);
    scope.paths.add(path);
    return bytes[at] === BRACKET
      ? this.array(at, { kinds: [], level: 0, depth: scope.depth + 1 })
      : this.scalar(at, newKinds());
  }

  private array(
    start: number,
    place: { readonly kinds: Kinds[]; readonly level: number; readonly depth: number },
  ): number {
    const { bytes } = this;
    const { kinds, level, depth } = place;
    if (depth > MAX_DEPTH) return this.fail(DEPTH);
    const own = (kinds[level] ??= newKinds());
    let at = toNext(bytes, start + 1);
    while (bytes[at] !== BRACKET_END) {
      let behind: number;
      if (bytes[at] === BRACE) {
        behind = this.object(at, { prefix: '', paths: new Set(), depth: depth + 1 });
      } else if (bytes[at] === BRACKET) {
        behind = this.array(at, { kinds, level: level + 1, depth: depth + 1 });
      } else behind = this.scalar(at, own);
      if (this.problem !== null) return behind;
      at = toNext(bytes, behind);
      if (bytes[at] !== BRACKET_END) at = toNext(bytes, at + 1);
    }
    const { hasBoolean, hasString, hasNumber, hasFraction, hasLargeInteger } = own;
    if (hasBoolean && (hasNumber || hasString)) return this.fail(MIXED_BOOLEANS);
    return hasFraction && hasLargeInteger ? this.fail(MIXED_NUMBERS) : at + 1;
  }

  private scalar(at: number, kinds: Kinds): number {
    const { bytes } = this;
    const first = bytes[at]!;
    if (first === QUOTE) {
      token.read(bytes, at);
      kinds.hasString = true;
      return token.isBroken ? this.fail(SURROGATE) : token.next;
    }
    const end = endOfValue(bytes, at);
    if (first === TRUE_START || first === FALSE_START) kinds.hasBoolean = true;
    else if (first !== NULL_START) this.number(at, end, kinds);
    return end;
  }

  private number(at: number, end: number, kinds: Kinds): void {
    number.read(this.bytes, at, end);
    kinds.hasNumber = true;
    if (number.isPlain) {
      if (number.point <= 15) return;
      // The token keeps only the first digits of a longer integer.
      if (number.point > 20) {
        this.fail(INTEGER);
        return;
      }
      const value = BigInt(number.isNegative ? `-${number.wholeText(0)}` : number.wholeText(0));
      if (value < MIN_INTEGER || value > MAX_INTEGER) this.fail(INTEGER);
      kinds.hasLargeInteger ||= !Number.isSafeInteger(Number(value));
      return;
    }
    kinds.hasFraction = true;
    if (!Number.isFinite(Number(this.bytes.toString('latin1', at, end)))) this.fail(NUMBER);
  }

  private fail(problem: string): number {
    this.problem ??= problem;
    return -1;
  }
}

/** Whether both `a` and `a.b` have a value. Only keys with dots make that possible. */
function isOneInAnother(paths: ReadonlySet<string>): boolean {
  for (const path of paths) {
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (paths.has(path.slice(0, dot))) return true;
    }
  }
  return false;
}

function newKinds(): Kinds {
  return {
    hasBoolean: false,
    hasString: false,
    hasNumber: false,
    hasFraction: false,
    hasLargeInteger: false,
  };
}
