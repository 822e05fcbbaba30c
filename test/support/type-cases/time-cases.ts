import fc from 'fast-check';
import { digit } from './number-cases.js';
import { mostly, quoted, scalar, type TypeCase, wrongType } from './value-case.js';

const DAY_MS = 86_400_000;

function days(min: number, max: number): fc.Arbitrary<string> {
  const isoDay = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max)).map(isoDay);
}

export const dateCase: fc.Arbitrary<TypeCase> = fc
  .constantFrom(['Date', 0, 65_535] as const, ['Date32', -25_567, 120_529] as const)
  .map(([text, min, max]) => ({
    ...scalar,
    text,
    values: mostly(
      days(min, max).map(quoted),
      ['out_of_range', fc.oneof(days(max + 1, max + 9), days(min - 9, min - 1)).map(quoted)],
      [
        'bad_date',
        fc.constantFrom('2024-02-30', '2023-02-29', '2024-13-01', '2024-1-1', '', 'x').map(quoted),
      ],
      wrongType,
    ),
    keys: days(min, max),
  }));

const BAD_TIMES = [
  ...['', 'now', '2024-01-01', '2024-01-01T', '2024-02-30T00:00:00Z', '2024-01-01T24:00:00Z'],
  ...[
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00.5Z',
  ],
  ...[
    '2024-01-01T00:00:00+2',
    '2024-01-01T00:00:00+02:',
    '2024-01-01T00:00:00+02:60',
    '2024-01-01T00:00:00 Z',
  ],
  ...[
    '2024-1-01T00:00:00Z',
    '24-01-01T00:00:00Z',
    '2024-01-01T00:00:00Zx',
    '1700000000',
    '2024-01-01  00:00:00',
  ],
];

/** One timestamp in many equivalent formats. */
function timestamps(minSecond: number, maxSecond: number): fc.Arbitrary<string> {
  return fc
    .record({
      second: fc.oneof(
        fc.integer({ min: minSecond, max: maxSecond }),
        fc.constantFrom(minSecond, maxSecond),
      ),
      between: fc.constantFrom('T', 'T', 't', ' '),
      fraction: fc.oneof(
        fc.constant(''),
        fc
          .tuple(
            fc.constantFrom('.', '.', ','),
            fc.string({ unit: digit, minLength: 1, maxLength: 12 }),
          )
          .map((parts) => parts.join('')),
      ),
      minutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
      zone: fc.constantFrom('Z', 'Z', 'z', '', 'hh', 'hhmm', 'hh:mm'),
      dropsSeconds: fc.boolean(),
    })
    .map(({ second, between, fraction, minutes, zone, dropsSeconds }) => {
      const whole = Math.trunc(minutes / 60) * 60;
      const ahead = zone.startsWith('h') ? (zone === 'hh' ? whole : minutes) : 0;
      const local = new Date((second + ahead * 60) * 1_000).toISOString();
      const clock = local.slice(11, 19);
      const isWholeMinute = clock.endsWith(':00') && fraction === '' && dropsSeconds;
      const two = (value: number) => String(Math.abs(Math.trunc(value))).padStart(2, '0');
      const offset = `${ahead < 0 ? '-' : '+'}${zone
        .replace('hh', two(ahead / 60))
        .replace('mm', two(ahead % 60))}`;
      const written = isWholeMinute ? clock.slice(0, 5) : clock + fraction;
      return `${local.slice(0, 10)}${between}${written}${zone.startsWith('h') ? offset : zone}`;
    });
}

export const dateTimeCase: fc.Arbitrary<TypeCase> = fc
  .oneof(
    fc.constantFrom('DateTime', "DateTime('UTC')"),
    fc.integer({ min: 0, max: 9 }).map((scale) => `DateTime64(${scale}, 'UTC')`),
  )
  .map((text): TypeCase => {
    const isWide = text.startsWith('DateTime64');
    const max = text.includes('64(9') ? 9_223_372_035 : isWide ? 10_413_791_999 : 0xffff_ffff;
    const min = isWide ? -2_208_988_800 : 0;
    return {
      ...scalar,
      canBeLowCardinality: !isWide,
      text,
      values: mostly(
        timestamps(min, max).map(quoted),
        [
          'timestamp_out_of_range',
          fc.oneof(timestamps(max + 1, max + 99), timestamps(min - 99, min - 1)).map(quoted),
        ],
        ['bad_timestamp', fc.constantFrom(...BAD_TIMES).map(quoted)],
        wrongType,
      ),
      keys: null,
    };
  });

export const timeCase: fc.Arbitrary<TypeCase> = fc
  .oneof(
    fc.constant('Time'),
    fc.integer({ min: 0, max: 9 }).map((scale) => `Time64(${scale})`),
  )
  .map((text): TypeCase => {
    const two = (value: number) => String(value).padStart(2, '0');
    const times = fc
      .tuple(fc.constantFrom('', '', '-'), fc.nat(999), fc.nat(59), fc.nat(59), fc.nat(999_999_999))
      .map(([sign, hours, minutes, seconds, fraction]) => {
        const clock = `${sign}${two(hours)}:${two(minutes)}:${two(seconds)}`;
        return text === 'Time' ? clock : `${clock}.${fraction}`;
      });
    return {
      ...scalar,
      canBeLowCardinality: text === 'Time',
      text,
      values: mostly(
        times.map(quoted),
        [
          'bad_time',
          fc
            .constantFrom('', '1:02:03', '12:60:00', '12:00', '1000:00:00', '12:00:00.', 'x')
            .map(quoted),
        ],
        wrongType,
      ),
      keys: null,
    };
  });
