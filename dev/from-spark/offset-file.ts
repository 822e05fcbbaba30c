import { z } from 'zod';
import { CheckpointError } from './checkpoint-error.js';

/** The next offset of each partition, by topic. */
export type TopicOffsets = Readonly<Record<string, Readonly<Record<string, number>>>>;

const VERSION = 'v1';

/** What Spark writes for a source that has given nothing yet. */
const NO_OFFSETS = '-';

const kafkaOffsets = z
  .record(z.string(), z.record(z.string().regex(/^\d{1,7}$/), z.int().min(0)))
  .refine((topics) => Object.keys(topics).length > 0);

/**
 * Reads a file of `offsets/`: the version, the batch's settings, and a line for each source of the query. `name` is what
 * messages call it.
 */
export function parseOffsetFile(name: string, text: string): TopicOffsets {
  const [version = '', settings, ...sources] = linesOf(text);
  checkVersion(name, version);
  if (settings === undefined || sources.length === 0 || !isObject(parseJson(settings))) {
    throw halfWritten(name);
  }
  if (sources.length > 1) {
    throw new CheckpointError(
      `${name} has ${sources.length} sources, and a pipeline reads one topic: this query joins or unites what Millrace does not`,
    );
  }
  return parseSource(name, sources[0] ?? '');
}

/** Reads `sources/0/0`, where Spark's Kafka source notes where its first batch begins. */
export function parseInitialOffsets(name: string, text: string): TopicOffsets {
  // Spark puts a zero byte before the version, for the sake of its release 2.1.
  const [version = '', source, ...more] = linesOf(text.replace(/^\0/, ''));
  checkVersion(name, version);
  if (source === undefined || more.length > 0) throw halfWritten(name);
  return parseSource(name, source);
}

function parseSource(name: string, line: string): TopicOffsets {
  if (line === NO_OFFSETS) {
    throw new CheckpointError(
      `${name} has no offsets: the source had given nothing when it was written`,
    );
  }
  const json = parseJson(line);
  if (json === undefined) throw halfWritten(name);
  const { data } = kafkaOffsets.safeParse(json);
  if (data !== undefined) return data;
  throw new CheckpointError(
    `${name} is not of Spark's Kafka source, which writes {"topic":{"0":123}}: only topics of Kafka can be moved on with`,
  );
}

function checkVersion(name: string, version: string): void {
  if (version === VERSION) return;
  if (!/^v\d+$/.test(version)) throw halfWritten(name);
  throw new CheckpointError(
    `${name} is written in version ${version}, and only ${VERSION} is known here, which Spark 2.1 to 4.0 write`,
  );
}

function halfWritten(name: string): CheckpointError {
  return new CheckpointError(
    `${name} is empty, cut off or no file of Spark's: copy the complete checkpoint again, after the query has ended`,
  );
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** Undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
