import { Buffer } from 'node:buffer';
import { COMMA, BRACE, BRACE_END } from '../../types/json-text/end-of-value.js';
import { keyText } from '../../types/json-text/key-table.js';
import type { RestMembers } from './field-locator.js';

const FIRST_BYTES = 4 * 1_024;

/** Builds an object from the fields of a record that no column takes. */
export class RestObject {
  private scratch = Buffer.allocUnsafeSlow(FIRST_BYTES);

  /** The object's text. Members are as they were sent. If a key occurs twice, the last one counts. Valid until the next call. */
  textOf(bytes: Buffer, { count, starts, keyEnds, ends }: RestMembers): Buffer {
    const last = new Map<string, number>();
    let size = 2;
    for (let index = 0; index < count; index++) {
      last.set(keyText(bytes, starts[index]!, keyEnds[index]!), index);
      size += ends[index]! - starts[index]! + 1;
    }
    if (this.scratch.length < size) this.scratch = Buffer.allocUnsafeSlow(size * 2);
    const { scratch } = this;
    let at = 0;
    scratch[at++] = BRACE;
    for (const index of last.values()) {
      if (at > 1) scratch[at++] = COMMA;
      at += bytes.copy(scratch, at, starts[index], ends[index]);
    }
    scratch[at++] = BRACE_END;
    return scratch.subarray(0, at);
  }
}
