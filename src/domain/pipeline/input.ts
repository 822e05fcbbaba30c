import { z } from 'zod';
import { MAX_LANES } from '../limits.js';
import { checkWith, keyHint, placeText, type SchemaProblem } from '../schema-problems.js';
import type {
  ConfigureInput,
  InsertWaits,
  LogSeen,
  PauseInput,
  ResolveHoldInput,
  StopInput,
} from './messages.js';
import type { PipelineInput } from './settings.js';

/** Validates what people send. Every schema is strict: a misspelt field is an error, not a default. */

export const offset = z
  .string('an offset is a decimal string such as "1234"')
  .regex(/^\d{1,16}$/, 'an offset is a decimal string such as "1234"')
  .refine((text) => Number.isSafeInteger(Number(text)), 'the offset is too large');
const offsets = z.record(
  z.string().regex(/^\d{1,7}$/, 'keys are partition numbers such as "0"'),
  offset,
);
export const instant = z.iso.datetime({
  offset: true,
  error: 'give an instant such as "2026-11-23T07:00:00Z"',
});
export const position = [
  z.strictObject({ timestamp: instant }),
  z.strictObject({ offsets }),
] as const;
export const shapes = '{"timestamp":"2026-11-23T07:00:00Z"} or {"offsets":{"0":"123"}}';
export const name = z.string().min(1).max(249);
export const contractName = z
  .string()
  .regex(
    /^[A-Za-z_][\w.-]{0,99}$/,
    'the name of a contract begins with a letter and has at most 100 letters, digits, dashes and dots',
  );
export const log = z.enum(['new', 'same']);
const reason = z.string().max(500).optional();

const batch = z
  .strictObject({
    maxRows: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe('Records in one batch, over all its partitions.'),
    maxBytes: z
      .int()
      .min(1_024)
      .max(256 * 1_024 * 1_024)
      .describe('Bytes of record values in one batch; also the hard limit of one block.'),
    intervalSeconds: z
      .number()
      .min(0.05)
      .max(86_400)
      .describe('How long a batch may wait to fill, in seconds.'),
  })
  .partial();
const lanes = z.int().min(1).max(MAX_LANES);

const pipelineFields = z.strictObject({
  contract: contractName
    .optional()
    .describe('Name of the contract: stream_events by default, `table`, or one of your own.'),
  topic: name.optional().describe('Topic to read, KAFKA_TOPIC by default.'),
  groupId: name
    .optional()
    .describe('Group whose offsets are committed, KAFKA_GROUP_ID by default.'),
  table: name.optional().describe('`table` or `database.table`, CLICKHOUSE_TABLE by default.'),
  from: z
    .union([z.enum(['committed', 'earliest', 'latest']), ...position], {
      error: `give "committed", "earliest", "latest", ${shapes}`,
    })
    .optional()
    .describe(
      'Where to begin if the group has no offsets, like auto.offset.reset. In a bounded run, where the range begins.',
    ),
  replay: z
    .boolean()
    .optional()
    .describe('Reads again from `from` and inserts rows of the next epoch, once for each start.'),
  until: z
    .union([z.literal('now'), ...position], { error: `give "now", ${shapes}` })
    .optional()
    .describe('Makes the run bounded: it completes when every partition has reached its end.'),
  existing: z
    .enum(['skip', 'insert'])
    .optional()
    .describe('What to do with offsets that the table already holds.'),
  batch: batch.optional(),
  lanes: lanes
    .optional()
    .describe('Coroutines that plan and ingest concurrently, never more than partitions.'),
  onDataLoss: z
    .enum(['hold', 'skip'])
    .optional()
    .describe('What to do when retention removed records before they were read.'),
  guarantee: z
    .enum(['exactly-once', 'report'])
    .optional()
    .describe(
      'With `exactly-once`, the pipeline does not start if the table cannot guarantee that.',
    ),
  log: log
    .optional()
    .describe(
      'What to do if the table has rows from another log of this topic: `new` if this log has other records, `same` if it has the same records at the same offsets. Needed only if the error of a start asks for it.',
    ),
  durability: z
    .enum(['fsync', 'server'])
    .optional()
    .describe('`fsync` makes ClickHouse write rows to disk before it answers.'),
});
/** Schema of the input of `pipeline`. */
export const pipelineInput = pipelineFields
  .refine(
    ({ replay, from = 'committed' }) => !replay || (from !== 'committed' && from !== 'latest'),
    `"replay" reads records again, so it needs a position to begin at: give "from" as "earliest", ${shapes}`,
  )
  .refine(
    ({ replay, existing }) => !replay || existing !== 'skip',
    '"replay" inserts rows again that the table already has, but "existing":"skip" skips them: give only one of them',
  );
const pauseInput = z.strictObject({ reason });
const stopInput = z.strictObject({ reason });
const configureInput = z
  .strictObject({ batch: batch.optional(), lanes: lanes.optional() })
  .refine(
    (input) => input.lanes !== undefined || Object.keys(input.batch ?? {}).length > 0,
    'give what to change: {"lanes":4} or {"batch":{"maxRows":100000}}',
  );
const logSeen = z.object({
  topicId: name,
  atMs: z.int().min(0),
  ends: z.array(offset),
  logEnds: z.array(offset),
  leaderEpochs: z.array(z.int()).optional(),
});
const insertWaits = z.object({
  lane: z.int().min(0),
  batch: z.int().min(0),
  waits: z
    .object({ address: z.string(), sinceMs: z.int().min(0), untilMs: z.int().optional() })
    .nullable(),
});
const resolveHoldInput = z
  .strictObject({
    partition: z.union([z.int().min(0), z.literal('all')]),
    action: z.enum(['retry', 'skipTo', 'continue']),
    offset: offset.optional(),
  })
  .refine(
    (input) => (input.action === 'skipTo') === (input.offset !== undefined),
    '"skipTo" needs an "offset"; the other actions do not accept one',
  )
  .refine(
    (input) => input.action !== 'skipTo' || input.partition !== 'all',
    '"skipTo" applies to one partition at a time',
  );

export const TOPIC_NAME_RULE =
  'the name of a topic has 1 to 249 characters, each an ASCII letter, a digit, ".", "_" or "-", and is neither "." nor ".."';

/** The rule of Kafka's own `org.apache.kafka.common.internals.Topic`. */
export function isTopicName(text: string): boolean {
  return /^[\w.-]{1,249}$/.test(text) && text !== '.' && text !== '..';
}

export type Parsed<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly why: string };

export const parsePipelineInput = parser<PipelineInput>(pipelineInput, 'pipeline input');
export const parsePauseInput = parser<PauseInput>(pauseInput, 'pause');
export const parseStopInput = parser<StopInput>(stopInput, 'stop');
export const parseConfigureInput = parser<ConfigureInput>(configureInput, 'configure');
export const parseResolveHoldInput = parser<ResolveHoldInput>(resolveHoldInput, 'resolveHold');

/** Not strict, because workers of another release may send more fields. */
export const parseLogSeen = parser<LogSeen>(logSeen, 'logSeen');
export const parseInsertWaits = parser<InsertWaits>(insertWaits, 'insertWaits');

/** No input counts as an empty object. The errors of an invalid input are described field by field. */
export function parser<T>(schema: z.ZodType<T>, what: string): (input: unknown) => Parsed<T> {
  return (input) => {
    const checked = checkWith(schema, input ?? {});
    if (checked.kind === 'valid') return checked;
    const texts = checked.problems.map(problemText);
    return { kind: 'invalid', why: `${what} is not valid: ${texts.join('; ')}` };
  };
}

function problemText(problem: SchemaProblem): string {
  const { at, kind, what } = problem;
  const place = placeText(at);
  if (kind === 'unknown') return `there is no field ${place}: ${keyHint(problem)}`;
  return place === '' ? what : `${place}: ${what}`;
}
