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

/** A type that fewer texts have than not, and that this many don't have, is not tried any more. */
const MANY_MISFITS = 20;

/** Determines which types the texts in one place could have, using the readers of these types. */
export class TextFormats {
  /** Digits after the second in the most precise timestamp. */
  fractionDigits = 0;
  private readonly counted = writers.map((each) => ({ ...each, fits: 0, misfits: 0 }));

  add(text: string): void {
    const bytes = Buffer.from(text);
    for (const counts of this.counted) {
      const { type, writer, fits, misfits } = counts;
      if (misfits >= MANY_MISFITS && misfits > fits) continue;
      const isTime = type.startsWith('DateTime');
      writer.mark();
      const isOne =
        !(isTime && text.length < MIN_TIMESTAMP_LENGTH) &&
        writer.appendText(bytes, 0, bytes.length) !== FAULT;
      writer.rollback();
      if (!isOne) {
        counts.misfits += 1;
        continue;
      }
      counts.fits += 1;
      const digits = isTime ? (/[.,](\d+)/.exec(text)?.[1]?.length ?? 0) : 0;
      if (digits > this.fractionDigits) this.fractionDigits = digits;
    }
  }

  /** The strictest type that all texts have, except for this many. Null if there is none, or if there was no text. */
  typeExcept(misfits: number): { readonly type: TextType; readonly misfits: number } | null {
    return this.counted.find((each) => each.fits > 0 && each.misfits <= misfits) ?? null;
  }
}
