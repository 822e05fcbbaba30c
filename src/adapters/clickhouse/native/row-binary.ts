import { Buffer } from 'node:buffer';

/** Reads rows of a fixed size, for example `RowBinary` of integers, from an answer in chunks of any size. */
export async function readFixedRows(
  bytes: AsyncIterable<Buffer>,
  rowBytes: number,
  onRow: (chunk: Buffer, at: number) => void,
): Promise<void> {
  let rest = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (; at + rowBytes <= whole.length; at += rowBytes) onRow(whole, at);
    rest = Buffer.from(whole.subarray(at));
  }
  if (rest.length > 0) {
    throw new Error(`ClickHouse's answer ends within a row: ${rest.length} of ${rowBytes} bytes`);
  }
}
