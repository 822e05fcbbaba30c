import { Buffer } from 'node:buffer';
import { jsonFaultIn } from '../../src/domain/types/json-text/storable-json.js';

type Random = () => number;

/** How far values at one path differ between the rows of a block. */
export type Variety = 'typed' | 'mixed';

const KEYS = [
  'a',
  'b',
  'c',
  'a.b',
  'é😀',
  '',
  'x y',
  '__proto__',
  'q\\"',
  '\\u0061',
  'z.',
  '.z',
  '\\u0000k',
];
const STRINGS = [
  ...[
    '',
    'x',
    'é😀',
    '2024-01-02',
    '2024-01-02T03:04:05Z',
    '2024-01-02 03:04:05',
    '1',
    '1.5',
    'NaN',
  ],
  ...[
    'Jan 5 2024',
    '12:30:00',
    'null',
    'true',
    '\\n\\"\\\\\\/',
    '\\u0000',
    '\\ud83d\\ude00',
    '[1]',
  ],
  ...['x'.repeat(200), '1970-01-01', '00000000-0000-0000-0000-000000000000', '10.0.0.1', '{}'],
];
const INTEGERS = [
  ...['0', '-0', '1', '-7', '255', '65536', '-2147483649', '4294967296', '9007199254740991'],
  ...['9007199254740993', '-9007199254740993', '9223372036854775807', '-9223372036854775808'],
  ...['999999999999999', '1000000000000000', '-1'],
];
const LARGE = ['9223372036854775808', '18446744073709551615'];
const FLOATS = [
  ...[
    '0.0',
    '-0.0',
    '1.5',
    '-2.25',
    '1e5',
    '1E-7',
    '123456789.123456789',
    '0.1',
    '5e-324',
    '1e-400',
  ],
  ...['1.7976931348623157e308', '9007199254740993.0', '0.30000000000000004', '2.50', '1e+2', '0e0'],
  ...['123456789012.345', '1234567890123.456', '3.0000000000000001'],
];

/** Objects as JSON text, hostile ones among them. All of them can be stored. */
export function randomObjects(random: Random, rows: number, variety: Variety): readonly string[] {
  const texts: string[] = [];
  const places = new Map<string, number>();
  while (texts.length < rows) {
    const text = objectText({ random, variety, places }, '', 0);
    const bytes = Buffer.from(text);
    if (jsonFaultIn(bytes, 0) === null) texts.push(text);
  }
  return texts;
}

function below(random: Random, end: number): number {
  return Math.floor(random() * end);
}

interface Making {
  readonly random: Random;
  readonly variety: Variety;
  /** The kind of each path, where all of its values are of one kind. */
  readonly places: Map<string, number>;
}

function objectText(making: Making, path: string, depth: number): string {
  const { random } = making;
  const space = random() < 0.05 ? ' ' : '';
  const members: string[] = [];
  const keys = KEYS.slice(0, making.variety === 'typed' ? 5 : KEYS.length);
  for (const key of keys) {
    if (random() > (depth === 0 ? 0.5 : 0.3)) continue;
    members.push(`"${key}"${space}:${space}${valueText(making, `${path}/${key}`, depth)}`);
  }
  if (random() < 0.2) members.reverse();
  return `{${space}${members.join(`${space},${space}`)}${space}}`;
}

function valueText(making: Making, path: string, depth: number): string {
  const { random, variety, places } = making;
  if (random() < 0.05) return 'null';
  const known = places.get(path) ?? below(random, 12);
  places.set(path, known);
  const kind = variety === 'mixed' && random() < 0.1 ? below(random, 14) : known;
  const pick = (from: readonly string[]) => from[below(random, from.length)]!;
  const list = (make: () => string) => {
    const nulls = random() < 0.2;
    const items = Array.from({ length: below(random, 4) }, () =>
      nulls && random() < 0.5 ? 'null' : make(),
    );
    return `[${items.join(',')}]`;
  };
  const object = () => objectText(making, path, depth + 1);
  switch (kind) {
    case 0:
      return random() < 0.5 ? 'true' : 'false';
    case 1:
      return pick(INTEGERS);
    case 2:
      return pick(FLOATS);
    case 3:
    case 4:
      return `"${pick(STRINGS)}"`;
    case 5:
      return list(() => pick(INTEGERS));
    case 6:
      return list(() => (random() < 0.3 ? String(below(random, 100)) : pick(FLOATS)));
    case 7:
      return list(() => `"${pick(STRINGS)}"`);
    case 8:
      return list(() => (random() < 0.5 ? 'true' : 'false'));
    case 9:
      return depth > 3 ? '1' : `[${Array.from({ length: below(random, 3) }, object).join(',')}]`;
    case 12:
      return pick(LARGE);
    case 13:
      return pick(['[[1]]', '[1,"x"]', '[{},1]', '[null,{}]', '[18446744073709551615]', '[[],{}]']);
    default:
      return depth > 3 ? '2' : object();
  }
}
