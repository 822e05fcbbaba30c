import { TextFormats } from './text-formats.js';

/** Kinds of JSON values. A whole number is an `integer` even if it is written with a point. */
export type ValueKind = 'boolean' | 'integer' | 'fraction' | 'string' | 'array' | 'object';

/** Different texts that are remembered. With more, the values do not count as few. */
export const MAX_DISTINCT = 10_000;

/** Keys of objects in one place that are remembered. An object with more keys is a dictionary. */
export const MAX_FIELDS = 500;

/** Statistics of the values in one place of the sampled events. */
export class ValueStats {
  /** Number of values, null included. */
  seen = 0;
  nulls = 0;
  readonly kinds = new Map<ValueKind, number>();
  /** Smallest integer. Null if there was none. */
  min: bigint | null = null;
  max: bigint | null = null;
  /** Different texts and integers, as text. */
  readonly distinct = new Set<string>();
  readonly formats = new TextFormats();
  /** Statistics of the elements of arrays. */
  elements: ValueStats | null = null;
  /** Statistics of the members of objects, in the order of first occurrence. */
  readonly fields = new Map<string, ValueStats>();
  /** There were more keys than are remembered. */
  hasMoreFields = false;

  /** Adds a value as `readJson` returns it. */
  add(value: unknown): void {
    this.seen += 1;
    if (value === null) {
      this.nulls += 1;
      return;
    }
    const kind = kindOf(value);
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    if (kind === 'integer') this.addInteger(BigInt(value as number | bigint));
    if (kind === 'string') this.addText(value as string);
    if (kind === 'array') {
      this.elements ??= new ValueStats();
      for (const element of value as readonly unknown[]) this.elements.add(element);
    }
    if (kind === 'object') this.addFields(value as Readonly<Record<string, unknown>>);
  }

  /** Number of values of this kind. */
  count(kind: ValueKind): number {
    return this.kinds.get(kind) ?? 0;
  }

  private addInteger(value: bigint): void {
    if (this.min === null || value < this.min) this.min = value;
    if (this.max === null || value > this.max) this.max = value;
    this.remember(String(value));
  }

  private addText(text: string): void {
    this.remember(text);
    this.formats.add(text);
  }

  private remember(text: string): void {
    if (this.distinct.size < MAX_DISTINCT) this.distinct.add(text);
  }

  private addFields(value: Readonly<Record<string, unknown>>): void {
    for (const [key, member] of Object.entries(value)) {
      let stats = this.fields.get(key);
      if (stats === undefined) {
        if (this.fields.size >= MAX_FIELDS) {
          this.hasMoreFields = true;
          continue;
        }
        stats = new ValueStats();
        this.fields.set(key, stats);
      }
      stats.add(member);
    }
  }
}

function kindOf(value: unknown): ValueKind {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 'integer' : 'fraction';
  }
  return Array.isArray(value) ? 'array' : 'object';
}
