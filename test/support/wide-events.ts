import { seededRandom } from './seeded-random.js';

/** Columns of a table of events as code hosts publish them: nested objects, lists, maps, nulls, numbers beyond 2^53. */
export const WIDE_COLUMNS = {
  id: 'UInt64',
  type: 'LowCardinality(String)',
  actor: 'Tuple(id UInt64, login String, avatar Nullable(String))',
  repo: 'Tuple(id UInt32, name String)',
  org: 'Nullable(String)',
  public: 'Bool',
  created_at: "DateTime64(3, 'UTC')",
  received_at: "DateTime('UTC')",
  day: 'Date',
  expires: 'Date32',
  payload: 'JSON',
  commits: 'Array(Tuple(sha FixedString(40), message String, distinct Bool, size UInt32))',
  labels: 'Array(LowCardinality(String))',
  scores: 'Map(String, Float64)',
  reviewers: 'Map(LowCardinality(String), Array(UInt32))',
  ip: 'IPv4',
  ip6: 'IPv6',
  session: 'UUID',
  cost: 'Decimal(18, 4)',
  ratio: 'Float32',
  state: "Enum8('open' = 1, 'closed' = 2, 'merged' = 3)",
  balance: 'Int256',
  delta: 'Int8',
  note: 'Nullable(String)',
  body: 'String',
} as const;

const TEXTS = [
  'plain',
  'quoted \\"text\\"',
  'emoji \u{1f600}',
  'escaped \\ud83d\\ude00 \\u00e9\\n\\t',
  'Hà Nội',
];

/** The JSON text of an event. Numbers are written as text, so that none is rounded. */
export function wideEvent(index: number): string {
  const { random } = seededRandom(index + 1);
  const below = (most: number) => Math.floor(random() * most);
  const text = () => `"${TEXTS[below(TEXTS.length)] ?? ''} ${below(1_000)}"`;
  const list = (most: number, one: () => string) =>
    `[${Array.from({ length: below(most) }, one).join(',')}]`;
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => below(16).toString(16)).join('');
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `2026-${two(1 + below(12))}-${two(1 + below(28))}`;
  const time = `${two(below(24))}:${two(below(60))}:${two(below(60))}`;
  const fields = {
    id: String(9_007_199_254_740_993n + BigInt(index)),
    type: `"${['PushEvent', 'IssuesEvent', 'ForkEvent'][below(3)] ?? ''}"`,
    actor: `{"login":${text()},"id":${below(1e9)},"avatar":${below(2) === 0 ? 'null' : text()}}`,
    repo: `{"id":${below(1e9)},"name":${text()}}`,
    org: below(3) === 0 ? 'null' : text(),
    public: below(2) === 0 ? 'true' : 'false',
    created_at: `"${day} ${time}.${String(below(1_000)).padStart(3, '0')}"`,
    received_at: `"${day} ${time}"`,
    day: `"${day}"`,
    expires: `"${1900 + below(390)}-01-0${1 + below(9)}"`,
    payload: `{"action":${text()},"size":${below(1e6)},"nested":{"flag":true,"list":[1,2,${below(9)}]}}`,
    commits: list(
      4,
      () => `{"sha":"${hex(40)}","message":${text()},"distinct":true,"size":${below(1e6)}}`,
    ),
    labels: list(4, text),
    scores: `{"a":${below(1_000) / 8},"b":-0.5}`,
    reviewers: `{"x":${list(3, () => String(below(1e6)))}}`,
    ip: `"10.${below(256)}.${below(256)}.1"`,
    ip6: `"2001:db8::${hex(4)}"`,
    session: `"${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}"`,
    cost: `${below(1e9)}.${String(below(10_000)).padStart(4, '0')}`,
    ratio: String(below(1_000) / 8),
    state: `"${['open', 'closed', 'merged'][below(3)] ?? ''}"`,
    balance: `"-${1 + below(9)}${'0'.repeat(60)}${below(1e9)}"`,
    delta: String(below(256) - 128),
    note: below(2) === 0 ? 'null' : text(),
    body: text(),
  } satisfies Record<keyof typeof WIDE_COLUMNS, string>;
  return `{${Object.entries(fields)
    .map(([name, value]) => `"${name}":${value}`)
    .join(',')}}`;
}
