import type { RowColumn } from './row-writer.js';

/** The row that was appended last, as a transform sees it: each value is decoded when it is asked for. */
export class LazyRow {
  readonly proxy: object;
  private readonly columns: ReadonlyMap<string, RowColumn>;
  private readonly values = new Map<string, unknown>();

  /** `columns`: those that the record has filled, by name. */
  constructor(columns: ReadonlyMap<string, RowColumn>) {
    this.columns = columns;
    this.proxy = new Proxy(
      {},
      {
        get: (_, name) => (typeof name === 'string' ? this.valueOf(name) : undefined),
        has: (_, name) => typeof name === 'string' && columns.has(name),
        ownKeys: () => [...columns.keys()],
        getOwnPropertyDescriptor: (_, name) =>
          typeof name === 'string' && columns.has(name)
            ? { value: this.valueOf(name), enumerable: true, configurable: true, writable: false }
            : undefined,
        // A row that a transform changes in place would be stored unchanged: it has to return another one.
        set: () => false,
        defineProperty: () => false,
        deleteProperty: () => false,
      },
    );
  }

  /** The value is the one that the record has, so that its bytes can stay. */
  isUnchanged(name: string, value: unknown): boolean {
    const isPlain = typeof value !== 'object' || value === null;
    return isPlain && this.values.has(name) && Object.is(this.values.get(name), value);
  }

  private valueOf(name: string): unknown {
    if (this.values.has(name)) return this.values.get(name);
    const value = this.columns.get(name)?.writer.recent(1)[0];
    this.values.set(name, value);
    return value;
  }
}
