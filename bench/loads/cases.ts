import { eventText } from '../../dev/events/sample-event.js';
import {
  createPlainLoad,
  type Load,
  type PlainLoadOptions,
  SAMPLE_BYTES,
  START_MS,
} from '../stage/load.js';
import { EVENT_COLUMNS } from '../stage/tables.js';
import { createTextLoad } from '../stage/text-load.js';

/** A kind of records, or what is done with them. */
export interface LoadCase {
  readonly name: string;
  /** Share of the records that are asked for: large records are fewer. */
  readonly share: number;
  readonly hasTransform: boolean;
  createLoad(options: PlainLoadOptions): Promise<Load>;
}

const SEED = 7;
const ONE_IN = 10;
const LARGE_BYTES = 1_600;
const ESCAPED = '\\"Hà Nội\\" \\u00e9\\n\\ud83d\\ude00';

const plain = {
  name: 'sample events',
  share: 1,
  hasTransform: false,
  createLoad: createPlainLoad,
} satisfies LoadCase;

export const LOAD_CASES: readonly LoadCase[] = [
  plain,
  { ...plain, name: 'a transform that reads two columns and changes one', hasTransform: true },
  {
    ...plain,
    name: 'escapes in a tenth of the strings',
    createLoad: (options) =>
      createTextLoad({ ...options, columns: EVENT_COLUMNS, textOf: escapedEvent }),
  },
  {
    ...plain,
    name: 'large',
    share: SAMPLE_BYTES / LARGE_BYTES,
    createLoad: (options) => createPlainLoad({ ...options, recordBytes: LARGE_BYTES }),
  },
  {
    ...plain,
    name: 'zstd',
    createLoad: (options) => createPlainLoad({ ...options, codec: 'zstd' }),
  },
];

/** A sample event. One in ten of its strings has escapes and characters beyond ASCII. */
function escapedEvent(number: number): string {
  let count = number;
  const text = eventText({ seed: SEED, partition: 0 }, number, START_MS + number);
  return text.replaceAll(/":"(?=[a-z-]+")/g, (start) => {
    count += 1;
    return count % ONE_IN === 0 ? start + ESCAPED : start;
  });
}
