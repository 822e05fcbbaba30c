import { createHash } from 'node:crypto';

/** A table as people use for GitHub's archive of events. */
export const ARCHIVE_COLUMNS = {
  id: 'UInt64',
  type: 'LowCardinality(String)',
  public: 'Bool',
  created_at: "DateTime64(3, 'UTC')",
  'actor.id': 'UInt64',
  'actor.login': 'String',
  'actor.bot': 'Nullable(Bool)',
  'repo.id': 'UInt64',
  'repo.name': 'String',
  'repo.stars': 'Nullable(UInt32)',
  'repo.topics': 'Array(LowCardinality(String))',
  'org.login': 'LowCardinality(Nullable(String))',
  push_id: 'Nullable(Int64)',
  size: 'Int32',
  score: 'Float64',
  fee: 'Decimal(18, 4)',
  state: "Enum8('open' = 1, 'closed' = 2)",
  action: 'LowCardinality(String)',
  commits: 'Array(Tuple(sha FixedString(40), message String, distinct Bool, added Int64))',
  labels: 'Map(LowCardinality(String), Nullable(String))',
  reactions: 'Map(String, UInt16)',
  trace: 'UUID',
  address: 'IPv6',
  day: 'Date',
  payload: 'JSON',
  head: 'Tuple(ref Nullable(String), sizes Array(UInt64))',
} as const;

const TYPES = ['PushEvent', 'IssuesEvent', 'WatchEvent', 'PullRequestEvent'];
const TEXTS = [
  'fix: "quotes" \\ and \t tabs',
  'emoji 🎉👩‍🚀',
  'línea\nnueva',
  '',
  '日本語',
  '\u0000',
  'plain',
];

/** One event, with its fields nested as in the archive. Its number determines everything in it. */
export function archiveEvent(n: number): string {
  const pick = <T>(of: readonly T[], salt: number): T => of[(n * 7 + salt) % of.length]!;
  const hex = createHash('sha1').update(String(n)).digest('hex');
  const digits = (salt: number) => String(BigInt(`0x${hex.slice(salt, salt + 15)}`));
  const at = new Date(1_700_000_000_000 + n * 61_037);
  const event = {
    id: `\u0001${digits(0)}`,
    type: pick(TYPES, 0),
    actor: {
      id: `\u0001${digits(3)}`,
      login: pick(TEXTS, 1),
      ...(n % 3 > 0 && { bot: n % 2 === 0 }),
    },
    repo: {
      name: `${pick(TEXTS, 2)}/${n % 50}`,
      id: n,
      stars: n % 5 === 0 ? null : n,
      topics: TEXTS.slice(0, n % 4),
      unknown: { a: [1, { b: null }] },
    },
    ...(n % 4 > 0 && { org: { login: n % 8 === 1 ? null : `org ${n % 20}` } }),
    payload: {
      n,
      text: pick(TEXTS, 3),
      large: `\u0001${digits(6)}`,
      ...(n % 2 === 0 && { nested: { deep: { tags: TEXTS.slice(0, n % 3), ratio: n / 7 } } }),
      nothing: null,
    },
    public: n % 9 !== 0,
    created_at: at.toISOString(),
    push_id: n % 6 === 0 ? null : `\u0001-${digits(9)}`,
    size: n % 1_000,
    score: n / 997,
    fee: `${n}.${String(n % 10_000).padStart(4, '0')}`,
    state: pick(['open', 'closed'], 4),
    action: pick(['opened', 'created', ''], 5),
    commits: Array.from({ length: n % 4 }, (_, commit) => ({
      sha: createHash('sha1').update(`${n} ${commit}`).digest('hex'),
      author: { name: 'not stored' },
      message: pick(TEXTS, commit),
      distinct: commit === 0,
      added: `\u0001${BigInt(digits(commit)) * 3n}`,
    })),
    labels: Object.fromEntries(TEXTS.slice(0, n % 5).map((text, i) => [text, i % 2 ? text : null])),
    reactions: n % 2 === 0 ? {} : { '+1': n % 65_536, heart: 0 },
    trace: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`,
    address: n % 2 === 0 ? `2001:db8::${(n % 65_536).toString(16)}` : `10.0.${n % 256}.7`,
    day: at.toISOString().slice(0, 10),
    head: { sizes: [n, n + 1], ...(n % 2 === 0 && { ref: 'main' }) },
    ignored: TEXTS,
  };
  // Integers beyond 2^53 are numbers in the text, which JSON.stringify cannot write.
  return JSON.stringify(event).replaceAll(/"\\u0001(-?\d+)"/g, '$1');
}
