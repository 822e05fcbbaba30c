import { ByteColumn } from '../native/byte-column.js';

/** Arrays: where each ends, and for each element whether it is null. The elements are in a column of their own. */
export class ListColumn {
  readonly values = new ByteColumn();
  private readonly ends = new ByteColumn();
  private readonly nulls = new ByteColumn();
  private count = 0;

  /** Call it for each element. The value of a null is appended as well. */
  appendElement(isNull: boolean): void {
    this.nulls.appendUInt8(isNull ? 1 : 0);
    this.count++;
  }

  end(): void {
    this.ends.appendCount(this.count);
  }

  /** `withNulls`: not for objects, which can't be null. */
  data(out: Buffer[], { withNulls }: { readonly withNulls: boolean }): void {
    out.push(this.ends.appended());
    if (withNulls) out.push(this.nulls.appended(), this.values.appended());
  }
}
