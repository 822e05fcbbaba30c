import type { RecordRun } from '../records/record-run.js';

/** The record behind a row, as a transform sees it. Its parts are decoded on first use. */
export class RecordView {
  private readonly run: RecordRun;
  private readonly index: number;

  constructor(run: RecordRun, index: number) {
    this.run = run;
    this.index = index;
  }

  get partition(): number {
    return this.run.partition;
  }

  get offset(): number {
    return this.run.offsets[this.index] ?? -1;
  }

  /** Kafka's timestamp in milliseconds since 1970, or -1 if the record has none. */
  get timestamp(): number {
    return this.run.timestamps[this.index] ?? -1;
  }

  /** The key as text, or null if the record has none. */
  get key(): string | null {
    const start = this.run.keyStarts[this.index] ?? -1;
    return start < 0 ? null : this.run.bytes.toString('utf8', start, this.run.keyEnds[this.index]);
  }

  /** The headers as text. If a key occurs more than once, the last one counts. */
  get headers(): Readonly<Record<string, string | null>> {
    const headers = this.run.headers(this.index);
    return Object.fromEntries(
      headers.map(({ key, value }) => [key, value === null ? null : value.toString('utf8')]),
    );
  }

  /** The value as text. */
  get value(): string {
    const start = this.run.valueStarts[this.index] ?? 0;
    return this.run.bytes.toString('utf8', start, this.run.valueEnds[this.index]);
  }

  /** The value parsed by JSON.parse, which rounds integers beyond 2^53. */
  get event(): unknown {
    return JSON.parse(this.value) as unknown;
  }
}
