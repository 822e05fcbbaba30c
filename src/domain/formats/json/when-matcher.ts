import type { Buffer } from 'node:buffer';
import type { WhenSpec } from '../../contract/contract-spec.js';
import { endOfValue } from '../../types/json-text/end-of-value.js';
import { QUOTE, StringToken } from '../../types/json-text/string-token.js';
import { MISSING } from './field-locator.js';

const token = new StringToken();

/** Decides by the value of one field whether the contract takes a record. */
export class WhenMatcher {
  private readonly path: number;
  private readonly values: ReadonlySet<unknown>;

  constructor(when: WhenSpec, path: number) {
    this.path = path;
    this.values = new Set(when.in);
  }

  /** `starts`: positions of the fields in a checked text. A record without the field does not match. */
  matches(bytes: Buffer, starts: Int32Array): boolean {
    const start = starts[this.path]!;
    if (start === MISSING) return false;
    if (bytes[start] === QUOTE) {
      token.read(bytes, start);
      return this.values.has(token.text());
    }
    const text = bytes.toString('latin1', start, endOfValue(bytes, start));
    if (text === 'true' || text === 'false') return this.values.has(text === 'true');
    return this.values.has(Number(text));
  }
}
