import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './checkpoint-error.js';
import { parseInitialOffsets, parseOffsetFile, type TopicOffsets } from './offset-file.js';

/** What the checkpoint of a structured-streaming query says about its last batches. */
export interface Checkpoint {
  /** The last batch that the query has finished; null before its first one. */
  readonly committed: Batch | null;
  /** The batch after that one, where it was begun. */
  readonly planned: Batch | null;
  /** Where the first batch begins; null where a first batch is finished, or nothing was begun. */
  readonly initial: TopicOffsets | null;
}

export interface Batch {
  readonly number: number;
  /** Where it ends. */
  readonly end: TopicOffsets;
}

/** Reads `offsets/`, `commits/`, `metadata` and, before the first batch is finished, `sources/0/0`. Changes nothing. */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  await checkFolder(folder);
  const [offsets, commits] = await Promise.all([
    batchNumbers(folder, 'offsets'),
    batchNumbers(folder, 'commits'),
  ]);
  const [last, done] = [offsets.at(-1) ?? null, commits.at(-1) ?? null];
  if (done !== null) await checkCommit(folder, done);
  if (done !== null && !offsets.includes(done)) {
    throw new CheckpointError(
      `commits/${done} is there and offsets/${done} is not: copy the complete checkpoint again, after the query has ended`,
    );
  }
  const next = done === null ? 0 : done + 1;
  if (last !== null && last > next) {
    throw new CheckpointError(
      `offsets/${last} is there, and the last of commits/ is ${done ?? 'missing'}: queries that commit now and then only (asyncProgressTrackingEnabled, continuous processing) may have written more than their checkpoint says. Start the query once without that and stop it again`,
    );
  }
  const read = async (number: number): Promise<Batch> => ({
    number,
    end: parseOffsetFile(`offsets/${number}`, await text(folder, `offsets/${number}`)),
  });
  return {
    committed: done === null ? null : await read(done),
    planned: last === next ? await read(next) : null,
    initial: done === null ? await initialOffsets(folder) : null,
  };
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found === null) throw new CheckpointError(`${folder} does not exist`);
  const inside = found.isDirectory() ? await readdir(folder) : [];
  const missing = ['metadata', 'offsets'].filter((name) => !inside.includes(name));
  if (missing.length === 0) return;
  const below = await checkpointsIn(folder, inside);
  throw new CheckpointError(
    `${folder} is no checkpoint of a structured-streaming query: it has no ${missing.join(' and no ')}. ` +
      (below.length > 0
        ? `These in it are: ${below.join(', ')}`
        : 'Give the folder of checkpointLocation; one that lies in HDFS or an object store, copy here first, whole'),
  );
}

async function checkpointsIn(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map((name) => stat(join(folder, name, 'offsets')).catch(() => null)),
  );
  return names.filter((_, index) => found[index]?.isDirectory()).map((name) => join(folder, name));
}

/** The numbers that files of a log bear, ascending. Checksums and files that were being written begin with a dot. */
async function batchNumbers(folder: string, log: string): Promise<readonly number[]> {
  const names = await readdir(join(folder, log)).catch(() => []);
  const foreign = names.find((name) => !/^(\d+$|\.)/.test(name));
  if (foreign !== undefined) {
    const what = foreign.endsWith('.compact')
      ? 'a log that is compacted, as those of file sources and sinks are'
      : "no file of Spark's";
    throw new CheckpointError(
      `${log}/${foreign} is ${what}: this is not the checkpoint of a query that reads Kafka`,
    );
  }
  const numbers = names.filter((name) => !name.startsWith('.')).map(Number);
  return numbers.toSorted((a, b) => a - b);
}

/** That it is there is what counts, but an empty one may be left by a copy that broke off. */
async function checkCommit(folder: string, number: number): Promise<void> {
  const name = `commits/${number}`;
  if (/^v\d+\n/.test(await text(folder, name))) return;
  throw new CheckpointError(
    `${name} is empty or cut off: copy the complete checkpoint again, after the query has ended`,
  );
}

async function initialOffsets(folder: string): Promise<TopicOffsets | null> {
  const name = 'sources/0/0';
  const found = await stat(join(folder, name)).catch(() => null);
  return found === null ? null : parseInitialOffsets(name, await text(folder, name));
}

function text(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}
