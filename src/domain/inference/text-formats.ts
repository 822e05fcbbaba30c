import { Buffer } from 'node:buffer';
import { columnTypeOf } from '../types/create-column-type.js';
import { FAULT, ValueFault } from '../types/value-fault.js';

/** Types that are written as text, the strictest first. A text that one of them accepts is not one of the others. */
export const TEXT_TYPES = ['UUID', 'Date', "DateTime64(3, 'UTC')", 'IPv4', 'IPv6'] as const;
export type TextType = (typeof TEXT_TYPES)[number];

/** Texts that are shorter than this are not timestamps, even if a reader would accept them. */
const MIN_TIMESTAMP_LENGTH = 16;

const fault = new ValueFault();
const writers = TEXT_TYPES.map((type) => ({
  type,
  writer: columnTypeOf(type).createWriter({ fault }),
}));

/** Determines which types all texts in one place could have, using the readers of these types. */
export class TextFormats {
  /** Digits after the second in the most precise timestamp. */
  fractionDigits = 0;
  private possible: typeof writers = writers;
  private isEmpty = true;

  add(text: string): void {
    this.isEmpty = false;
    if (this.possible.length === 0) return;
    const bytes = Buffer.from(text);
    this.possible = this.possible.filter(({ type, writer }) => {
      if (type.startsWith('DateTime') && text.length < MIN_TIMESTAMP_LENGTH) return false;
      writer.mark();
      const isOne = writer.appendText(bytes, 0, bytes.length) !== FAULT;
      writer.rollback();
      return isOne;
    });
    const digits = /[.,](\d+)/.exec(text)?.[1]?.length ?? 0;
    if (digits > this.fractionDigits) this.fractionDigits = digits;
  }

  /** The type of all texts. Null if there is none, or if there was no text. */
  get type(): TextType | null {
    return this.isEmpty ? null : (this.possible[0]?.type ?? null);
  }
}
