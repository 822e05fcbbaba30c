import { Buffer } from 'node:buffer';
import type {
  DeadLetterCounts,
  DeadLetterReason,
  DeadLetterStatus,
} from '../../src/domain/dead-letters/dead-letter.js';
import type { LetterKey, OpenLetter, OpenLetters } from '../../src/domain/redrive/open-letters.js';

export interface FakeLetter extends Omit<
  OpenLetter,
  'keyStart' | 'keyEnd' | 'valueStart' | 'valueEnd'
> {
  readonly value: string | null;
  readonly status: DeadLetterStatus;
}

/** The dead letters of one topic in memory. A fault makes the next change fail, before or after it is done. */
export interface FakeOpenLetters extends OpenLetters {
  readonly letters: Map<string, FakeLetter>;
  readonly faults: ('before' | 'after' | null)[];
}

export function fakeOpenLetters(letters: readonly FakeLetter[]): FakeOpenLetters {
  const stored = new Map(letters.map((letter) => [keyOf(letter), letter]));
  const faults: FakeOpenLetters['faults'] = [];
  const sorted = () => [...stored.values()].sort(byKey);
  const open = () => sorted().filter(({ status }) => status === 'open');
  const counts = (status: DeadLetterStatus) => {
    const found: Partial<Record<DeadLetterReason, number>> = {};
    for (const letter of stored.values()) {
      if (letter.status === status) found[letter.reason] = (found[letter.reason] ?? 0) + 1;
    }
    return found as DeadLetterCounts;
  };
  const change = (work: () => void): Promise<void> => {
    const fault = faults.shift() ?? null;
    if (fault !== 'before') work();
    return fault === null ? Promise.resolve() : Promise.reject(new Error('the network was lost'));
  };
  const put = (key: LetterKey, changes: Partial<FakeLetter>) => {
    const letter = stored.get(keyOf(key));
    if (letter?.status === 'open') stored.set(keyOf(key), { ...letter, ...changes });
  };
  return {
    letters: stored,
    faults,
    count: async () => ({
      ...{ open: counts('open'), skips: 0, others: [], contractColumn: 'stored' },
    }),
    next: async () => {
      const upTo = open().at(-1);
      return upTo === undefined ? null : { upTo, letters: open().length, bytes: 1_000 };
    },
    read: async () => pageOf(open()),
    closed: async () => ({ redriven: counts('redriven'), dropped: counts('dropped') }),
    close: (_, keys, status) =>
      change(() => {
        for (const key of keys) put(key, { status });
      }),
    amend: (_, amended) =>
      change(() => {
        for (const word of amended) put(word, word);
      }),
  };
}

function pageOf(letters: readonly FakeLetter[]) {
  let at = 0;
  const page = letters.map((letter): OpenLetter => {
    const { value, ...word } = letter;
    const valueStart = value === null ? -1 : at;
    at += Buffer.byteLength(value ?? '');
    const valueEnd = value === null ? -1 : at;
    return { ...word, keyStart: -1, keyEnd: -1, valueStart, valueEnd };
  });
  return { bytes: Buffer.from(letters.map(({ value }) => value ?? '').join('')), letters: page };
}

function byKey(a: LetterKey, b: LetterKey): number {
  return a.epoch - b.epoch || a.partition - b.partition || a.offset - b.offset;
}

function keyOf({ epoch, partition, offset }: LetterKey): string {
  return `${epoch}/${partition}/${offset}`;
}
