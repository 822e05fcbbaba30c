/** An instant in whole seconds, which are enough for a person: `2026-11-28T10:15:30Z`. Takes milliseconds since 1970. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A size that is rounded up to whole MiB: `1,024 MiB`. */
export function mebibytes(bytes: number): string {
  return `${readableNumber(wholeMebibytes(bytes))} MiB`;
}

/** The same as a number, as settings take it. */
export function wholeMebibytes(bytes: number): number {
  return Math.ceil(bytes / 1_048_576);
}

/** `1,200`. */
export function readableNumber(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 batch`, `1,200 batches`. */
export function counted(count: number, one: string, many: string): string {
  return `${readableNumber(count)} ${count === 1 ? one : many}`;
}
