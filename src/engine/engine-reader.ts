import type { Buffer } from 'node:buffer';
import type { RunReader } from '../domain/formats/run-reader.js';
import type { RecordRun } from '../domain/records/record-run.js';
import type { EncodedParts, EncodedRows } from '../domain/types/native/encoded-parts.js';
import type { ColumnPlan } from './column-plan.js';
import { type EngineExports, type EngineModule, PAGE_BYTES } from './engine-module.js';
import * as layout from './layout.js';
import { type CallBounds, type Program, writeProgram } from './program.js';
import { ProgramMemory } from './program-memory.js';

/** Fits the L2 cache of a core together with the resulting columns. Longer records are read one by one. */
const BOUNDS: CallBounds = { bytes: 256 * 1_024, records: 4_096 };
/** Addresses in the engine are 32-bit numbers. `run-readers.ts` limits the memory of all readers. */
const MAX_MEMORY_BYTES = 1_024 * 1_024 * 1_024;
const MIN_WINDOW_BYTES = 32 * 1_024;

/** Reads the records of one contract in WebAssembly, which can only access its own memory. */
export class EngineReader implements RunReader {
  isInDoubt = false;
  private readonly exports: EngineExports;
  private readonly program: Program;
  private readonly bounds: CallBounds;
  private readonly bytes: Uint8Array;
  private readonly words: Uint32Array;
  private readonly seconds: Float64Array;
  private readonly parts: EncodedParts & { starts: number[]; ends: number[] };
  private readonly hasClock: boolean;
  private run: RecordRun | null = null;
  /** Records of the run that have been copied into the engine's memory. */
  private windowFirst = 0;
  private windowEnd = 0;
  private first = 0;

  constructor(columns: readonly ColumnPlan[], engine: EngineModule, bounds: CallBounds) {
    const needed = new ProgramMemory(engine.heapBase, null);
    writeProgram(columns, needed, bounds);
    const { memory, exports } = engine.instantiate(needed.next);
    this.exports = exports;
    this.bounds = bounds;
    this.program = writeProgram(columns, new ProgramMemory(engine.heapBase, memory), bounds);
    this.bytes = new Uint8Array(memory);
    this.words = new Uint32Array(memory);
    this.seconds = new Float64Array(memory, this.program.seconds, bounds.records);
    this.parts = { bytes: this.bytes, words: this.words, starts: [], ends: [], taken: 0 };
    this.hasClock = columns.some(({ isClock }) => isClock);
  }

  /** Size of the instance's memory, in whole pages. */
  get memoryBytes(): number {
    return this.bytes.length;
  }

  open(run: RecordRun): void {
    this.run = run;
    this.windowFirst = this.windowEnd = 0;
  }

  take(first: number, end: number): number {
    const { exports, program } = this;
    if (first >= this.windowEnd || first < this.windowFirst) this.load(first);
    const last = Math.min(end, this.windowEnd);
    // A record without a value, or one that is longer than the window.
    this.isInDoubt = this.windowEnd <= first;
    if (last <= first) return 0;
    this.begin();
    this.first = first;
    const from = first - this.windowFirst;
    const taken = exports.take(program.address, from, last - this.windowFirst) - from;
    this.isInDoubt = taken < last - first;
    return taken;
  }

  secondsOf(taken: number): number {
    const index = this.first + taken;
    if (this.hasClock) return this.seconds[index - this.windowFirst] ?? 0;
    return Math.floor((this.run?.timestamps[index] ?? 0) / 1_000);
  }

  append(rows: EncodedRows): void {
    const { parts, words, program } = this;
    program.parts.forEach(({ kind, at, start }, index) => {
      parts.starts[index] = start;
      parts.ends[index] =
        kind === 'slot'
          ? (words[at / 4] ?? 0)
          : start + 4 * (1 + (words[(at + layout.DICTIONARY_COUNT) / 4] ?? 0));
    });
    parts.taken = 0;
    rows.appendEncoded(parts);
  }

  /** Empties the columns. */
  private begin(): void {
    const { words, program, exports } = this;
    for (const { kind, at, start } of program.parts) {
      if (kind === 'slot') words[at / 4] = start;
    }
    exports.begin(program.address);
  }

  /** Copies records from `first` on, as long as they are contiguous and fit. */
  private load(first: number): void {
    const { run, program, bounds, words } = this;
    this.windowFirst = this.windowEnd = first;
    if (run === null || first >= run.count) return;
    const { valueStarts, valueEnds } = run;
    const start = valueStarts[first] ?? -1;
    let behind = start;
    let index = first;
    for (; start >= 0 && index < run.count && index - first < bounds.records; index++) {
      const from = valueStarts[index] ?? -1;
      const to = valueEnds[index] ?? -1;
      if (from < behind || to - start > bounds.bytes) break;
      const record = (program.records + (index - first) * layout.RECORD_SIZE) / 4;
      words[record] = program.window + from - start;
      words[record + 1] = program.window + to - start;
      behind = to;
    }
    this.windowEnd = index;
    if (index > first) this.copy(run.bytes, start, behind);
  }

  private copy(bytes: Buffer, start: number, end: number): void {
    this.bytes.set(bytes.subarray(start, end), this.program.window);
  }
}

/** A reader of these columns that uses at most this many bytes, with smaller calls if necessary. Null if it needs more. */
export function createEngineReader(
  columns: readonly ColumnPlan[],
  engine: EngineModule,
  maxBytes = MAX_MEMORY_BYTES,
): EngineReader | null {
  const fitting = fittingBounds(columns, engine.heapBase, maxBytes);
  return fitting && new EngineReader(columns, engine, fitting.bounds);
}

/** The largest calls that need at most this many bytes of memory, and their memory. Null if even the smallest calls need more. */
export function fittingBounds(
  columns: readonly ColumnPlan[],
  heapBase: number,
  maxBytes: number,
): { readonly bounds: CallBounds; readonly memoryBytes: number } | null {
  for (let bounds = BOUNDS; bounds.bytes >= MIN_WINDOW_BYTES; bounds = halved(bounds)) {
    const needed = new ProgramMemory(heapBase, null);
    writeProgram(columns, needed, bounds);
    const memoryBytes = Math.ceil(needed.next / PAGE_BYTES) * PAGE_BYTES;
    if (memoryBytes <= Math.min(maxBytes, MAX_MEMORY_BYTES)) return { bounds, memoryBytes };
  }
  return null;
}

function halved({ bytes, records }: CallBounds): CallBounds {
  return { bytes: bytes / 2, records: records / 2 };
}
