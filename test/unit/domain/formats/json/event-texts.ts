import fc from 'fast-check';

/**
 * Values of records, from valid ones to random bytes. Each is written by a grammar that takes every decision from a tape
 * of numbers, where 0 is the simplest choice, so that fast-check can shrink a failure to the few decisions that matter.
 */
export const eventValues: fc.Arbitrary<Buffer> = fc
  .array(fc.nat(0xffff_ffff), { maxLength: 40 })
  .map((tape) => valueFrom(new Tape(tape)));

/** JSON values of any kind, including invalid ones. */
export const jsonTexts: fc.Arbitrary<Buffer> = fc
  .array(fc.nat(0xffff_ffff), { maxLength: 20 })
  .map((numbers) => {
    const tape = new Tape(numbers);
    return mutated(tape, Buffer.from(anyValue(tape, 0)));
  });

/** Four decisions in each number. */
class Tape {
  private at = 0;
  private readonly numbers: readonly number[];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** A number below `n`. */
  below(n: number): number {
    const number = this.numbers[this.at >> 2] ?? 0;
    return ((number >>> ((this.at++ & 3) * 8)) & 0xff) % n;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** True about once in `n` times; false where the tape has ended. */
  rarely(n: number): boolean {
    return this.below(n) === n - 1;
  }
}

const FIELDS = ['event_id', 'event_type', 'timestamp', 'payload', 'source', 'metadata'];
const OTHER_KEYS = ['', 'user', 'event_i', 'event_id ', 'Event_id', '__proto__', 'constructor'];
const SPACES = ['', '', '', ' ', '\n', '\r\n', '\t', '  ', '\u00a0', '\v'];
/** Possible contents of a string, as written. The second row is not a string, or not one that can be stored. */
const CHARACTERS = [
  ...['a', 'b', '-', ' ', '0', '\u007f', 'é', '日', '😀', '\u2028', '\ufeff', '\uffff'],
  ...['\\n', '\\"', '\\\\', '\\/', '\\u0041', '\\u00e9', '\\u0000', '\\ud83d\\ude00', '\\u0022'],
];
const PLAIN_TEXTS = [
  'evt-1',
  'a',
  'page_view',
  'Zürich',
  '日本',
  '😀',
  ' ',
  'x'.repeat(300),
  '\u007f',
];
const ODD_CHARACTERS = [
  '\\ud800',
  '\\udc00',
  '\\ude00\\ud83d',
  '\\x',
  '\\u12',
  '\n',
  '\0',
  '"',
  '\\',
];
const NUMBERS = ['0', '-0', '1', '12.50', '1e5', '1E-7', '-1.5e+300', '1e999', '9'.repeat(400)];
const ODD_NUMBERS = ['01', '1.', '.5', '+1', '-', '1e', '0x1', 'NaN', 'Infinity', '1_000'];
const WORDS = ['true', 'false', 'null'];
const ODD_WORDS = ['True', 'nul', 'undefined', 'truefalse', "'a'", '//', '/**/'];

function valueFrom(tape: Tape): Buffer {
  const head = tape.rarely(60) ? tape.pick(['\ufeff', '\0', 'x', '[', '{}']) : space(tape);
  const members = fieldMembers(tape);
  for (let extra = tape.below(4); extra > 0; extra--) {
    members.splice(tape.below(members.length + 1), 0, [otherKey(tape), anyValue(tape, 0)]);
  }
  const text = `${head}${object(tape, members)}${space(tape)}${tape.rarely(60) ? '}' : ''}`;
  return tape.rarely(6) ? mutated(tape, Buffer.from(text)) : Buffer.from(text);
}

type Member = [key: string, value: string];

function fieldMembers(tape: Tape): Member[] {
  const from = tape.below(FIELDS.length);
  const order = [...FIELDS.slice(from), ...FIELDS.slice(0, from)];
  return order.flatMap((field): Member[] => {
    const right: Member = [quotedKey(tape, field), rightValue(tape, field)];
    switch (tape.below(64)) {
      case 60:
        return [];
      case 61:
        return [[quotedKey(tape, field), anyValue(tape, 0)]];
      case 62:
        return [[quotedKey(tape, field), anyValue(tape, 0)], right];
      case 63:
        return [right, [quotedKey(tape, field), anyValue(tape, 0)]];
      default:
        return [right];
    }
  });
}

function rightValue(tape: Tape, field: string): string {
  if (field === 'timestamp') return `"${timestamp(tape)}"`;
  if (field === 'payload' || field === 'metadata') return anyObject(tape, 0);
  // Escapes are valid but never sure, so they are rare: otherwise hardly any record would be sure.
  return tape.rarely(8) ? string(tape, 0) : `"${tape.pick(PLAIN_TEXTS)}"`;
}

function quotedKey(tape: Tape, key: string): string {
  if (!tape.rarely(100)) return `"${key}"`;
  const at = tape.below(Math.max(1, key.length));
  const code = key.charCodeAt(at) || 0x61;
  return `"${key.slice(0, at)}\\u${code.toString(16).padStart(4, '0')}${key.slice(at + 1)}"`;
}

function otherKey(tape: Tape): string {
  return tape.rarely(3) ? string(tape, 0) : quotedKey(tape, tape.pick(OTHER_KEYS));
}

const YEARS = [
  '2026',
  '1970',
  '2024',
  '2100',
  '2106',
  '2000',
  '1969',
  '0000',
  '9999',
  '202',
  '20260',
];
const TIMES = ['07:00:00', '00:00:00', '23:59:59', '06:28:15', '07:00'];
const ODD_TIMES = [
  '06:28:16',
  '24:00:00',
  '23:60:00',
  '23:59:60',
  '7:00:00',
  '07:00:0',
  '07-00:00',
];
const FRACTIONS = ['', '', '', '.5', '.123456789', '.9999999999999999999'];
const ODD_FRACTIONS = ['.', ',5', '.1a', '..1'];
const ZONES = ['', '', 'Z', '+00:00', '-05:30', '+23:59', '-00:00'];
const ODD_ZONES = ['z', '+24:00', '+0530', '+05', ' Z', 'ZZ', '+05:3', '\\u005a', '\\n', '-05:60'];

function timestamp(tape: Tape): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const oddly = (right: readonly string[], odd: readonly string[]) =>
    tape.pick(tape.rarely(30) ? odd : right);
  const year = tape.pick(tape.rarely(10) ? YEARS : YEARS.slice(0, 5));
  const month = two(tape.rarely(40) ? tape.pick([0, 13]) : 1 + tape.below(12));
  const day = two(tape.rarely(20) ? tape.pick([0, 29, 30, 31, 32]) : 1 + tape.below(28));
  const between = tape.rarely(60) ? tape.pick(['t', ' ', '', '\\u0054']) : 'T';
  const head = `${tape.rarely(120) ? ' ' : ''}${year}-${month}-${day}${between}`;
  const time = oddly(TIMES, ODD_TIMES);
  return `${head}${time}${oddly(FRACTIONS, ODD_FRACTIONS)}${oddly(ZONES, ODD_ZONES)}`;
}

function anyValue(tape: Tape, depth: number): string {
  switch (tape.below(8)) {
    case 0:
      return string(tape, 0);
    case 1:
      return tape.rarely(8) ? tape.pick(ODD_NUMBERS) : tape.pick(NUMBERS);
    case 2:
      return tape.rarely(8) ? tape.pick(ODD_WORDS) : tape.pick(WORDS);
    case 3:
      return array(tape, depth);
    case 4:
      return tape.rarely(8) ? nested(tape) : array(tape, depth);
    case 5:
      return '""';
    default:
      return anyObject(tape, depth);
  }
}

function anyObject(tape: Tape, depth: number): string {
  const members: Member[] = [];
  for (let left = depth > 3 ? 0 : tape.below(4); left > 0; left--) {
    members.push([string(tape, 0), anyValue(tape, depth + 1)]);
  }
  return object(tape, members);
}

function object(tape: Tape, members: readonly Member[]): string {
  const written = members.map(
    ([key, value]) => `${space(tape)}${key}${space(tape)}:${space(tape)}${value}${space(tape)}`,
  );
  return `{${space(tape)}${written.join(separator(tape))}${tape.rarely(200) ? ',' : ''}}`;
}

function array(tape: Tape, depth: number): string {
  const values: string[] = [];
  for (let left = depth > 3 ? 0 : tape.below(4); left > 0; left--) {
    values.push(`${space(tape)}${anyValue(tape, depth + 1)}${space(tape)}`);
  }
  return `[${space(tape)}${values.join(separator(tape))}${tape.rarely(200) ? ',' : ''}]`;
}

function separator(tape: Tape): string {
  return tape.rarely(200) ? tape.pick([';', ',,', '']) : ',';
}

/** Around the depth that the scanner supports. */
function nested(tape: Tape): string {
  const depth = tape.pick([62, 63, 64, 65, 66, 200]);
  const [open, close] = tape.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

function string(tape: Tape, least: number): string {
  let text = '';
  const length = least + tape.below(4);
  for (let index = 0; index < length; index++) {
    text += tape.pick(tape.rarely(80) ? ODD_CHARACTERS : CHARACTERS);
  }
  return `"${text}"`;
}

function space(tape: Tape): string {
  return tape.rarely(6) ? tape.pick(tape.rarely(100) ? SPACES : SPACES.slice(0, 8)) : '';
}

const ODD_BYTES = [
  0x00, 0x1f, 0x22, 0x5c, 0x7b, 0x7d, 0x2c, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xf0, 0xf4,
  0x90, 0xff,
];

function mutated(tape: Tape, bytes: Buffer): Buffer {
  const at = (tape.below(256) * 256 + tape.below(256)) % (bytes.length + 1);
  const odd = Buffer.of(tape.pick(ODD_BYTES));
  switch (tape.below(5)) {
    case 0:
      return bytes;
    case 1:
      return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), odd, bytes.subarray(at + 1)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    default:
      return bytes.subarray(0, at);
  }
}
