import type { RecordRun } from '../../../domain/event/records.js';
import type { FetchedRecords } from '../../../domain/ports.js';
import type { AbortedTransaction } from '../protocol/fetch.js';
import { AbortedProducers } from '../records/aborted.js';
import type { Expand } from '../records/codecs.js';
import { type BatchesToRead, recordRuns } from '../records/record-batches.js';
import type { RunColumns } from '../records/run-columns.js';
import type { FetchBuffers } from './fetch-buffers.js';

export interface SliceContext {
  readonly buffers: FetchBuffers;
  readonly expand: Expand;
  readonly columns: RunColumns;
}

type Read = Omit<BatchesToRead, 'aborted'> & { readonly aborted: readonly AbortedTransaction[] };

/** What one fetch brought. Its memory is used again once it is given back; reading it then is an error, never other records. */
export class Slice implements FetchedRecords {
  readonly partition: number;
  readonly next: number;
  readonly wireBytes: number;
  readonly #read: Read;
  readonly #context: SliceContext;
  #isGivenBack = false;

  constructor(at: { partition: number; next: number }, read: Read, context: SliceContext) {
    this.partition = at.partition;
    this.next = at.next;
    this.wireBytes = read.bytes.length;
    this.#read = read;
    this.#context = context;
  }

  *runs(): Generator<RecordRun> {
    const { columns, expand } = this.#context;
    const aborted = new AbortedProducers(this.#read.aborted);
    this.#failIfGivenBack();
    columns.partition = this.partition;
    for (const run of recordRuns({ ...this.#read, aborted }, columns, expand)) {
      yield run;
      this.#failIfGivenBack();
    }
  }

  giveBack(): void {
    if (this.#isGivenBack) return;
    this.#isGivenBack = true;
    this.#context.buffers.giveBack(this.#read.bytes);
  }

  #failIfGivenBack(): void {
    if (!this.#isGivenBack) return;
    throw new Error(
      'fetched records were read after the next ones had been asked for: use or copy them before',
    );
  }
}

/** The same slices; each is given back when the next one is asked for, or no more are. */
export async function* givenBack(slices: AsyncIterable<Slice>): AsyncGenerator<FetchedRecords> {
  for await (const slice of slices) {
    try {
      yield slice;
    } finally {
      slice.giveBack();
    }
  }
}
