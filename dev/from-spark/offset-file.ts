import { z } from 'zod';
import { CheckpointError } from './checkpoint-error.js';

/** The next offset of each partition, by topic. */
export type TopicOffsets = Readonly<Record<string, Readonly<Record<string, number>>>>;

const VERSION = 'v1';

/** What Spark writes for a source that has returned nothing yet. */
const NO_OFFSETS = '-';

const kafkaOffsets = z
  .record(z.string(), z.record(z.string().regex(/^\d{1,7}$/), z.int().min(0)))
  .refine((topics) => Object.keys(topics).length > 0);

/**
 * Reads a file of `offsets/`: the version, the batch's settings, and a line for each source of the query. Messages use `name`
 * for the file.
 */
export function parseOffsetFile(name: string, text: string): TopicOffsets {
  const [version = '', settings, ...sources] = linesOf(text);
  checkVersion(name, version);
  if (settings === undefined || sources.length === 0 || !isObject(parseJson(settings))) {
    throw halfWritten(name);
  }
  if (sources.length > 1) {
    throw new CheckpointError(
      `${name} has ${sources.length} sources, but a pipeline reads one topic. This query joins or unions its sources, which Millrace does not do`,
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
      `${name} has no offsets: the source had returned nothing when it was written`,
    );
  }
  const json = parseJson(line);
  if (json === undefined) throw halfWritten(name);
  const { data } = kafkaOffsets.safeParse(json);
  if (data !== undefined) return data;
  throw new CheckpointError(
    `${name} does not come from Spark's Kafka source, which writes {"topic":{"0":123}}: Millrace can continue only with Kafka topics`,
  );
}

function checkVersion(name: string, version: string): void {
  if (version === VERSION) return;
  if (!/^v\d+$/.test(version)) throw halfWritten(name);
  throw new CheckpointError(
    `${name} has version ${version}, but only ${VERSION} can be read, which Spark 2.1 to 4.0 write`,
  );
}

function halfWritten(name: string): CheckpointError {
  return new CheckpointError(
    `${name} is empty, truncated or not a Spark file: copy the complete checkpoint again, after the query has ended`,
  );
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** Undefined if the text is not JSON. */
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
