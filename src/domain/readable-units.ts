/** A time in whole seconds, for people: `2026-11-28T10:15:30Z`. Takes milliseconds since 1970. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A size rounded up to whole MiB: `1,024 MiB`. */
export function mebibytes(bytes: number): string {
  return `${readableNumber(wholeMebibytes(bytes))} MiB`;
}

/** A size rounded up to whole MiB, as a number for settings. */
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
