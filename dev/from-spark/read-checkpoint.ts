import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './checkpoint-error.js';
import { parseInitialOffsets, parseOffsetFile, type TopicOffsets } from './offset-file.js';

/** What the checkpoint of a structured-streaming query says about its last batches. */
export interface Checkpoint {
  /** The last batch that the query has finished; null before its first one. */
  readonly committed: Batch | null;
  /** The next batch, if it was started. */
  readonly planned: Batch | null;
  /** Where the first batch begins; null if the first batch is finished, or if none was started. */
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
      `commits/${done} exists but offsets/${done} does not: copy the complete checkpoint again, after the query has ended`,
    );
  }
  const next = done === null ? 0 : done + 1;
  if (last !== null && last > next) {
    throw new CheckpointError(
      `offsets/${last} exists, but the last file in commits/ is ${done ?? 'missing'}: a query that does not commit every batch (asyncProgressTrackingEnabled, continuous processing) may have written more than its checkpoint says. Start the query once without these options and stop it again`,
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
    `${folder} is not the checkpoint of a structured-streaming query: it has no ${missing.join(' and no ')}. ` +
      (below.length > 0
        ? `These folders in it are checkpoints: ${below.join(', ')}`
        : 'Give the folder in checkpointLocation. If it is in HDFS or an object store, copy all of it to this machine first'),
  );
}

async function checkpointsIn(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map((name) => stat(join(folder, name, 'offsets')).catch(() => null)),
  );
  return names.filter((_, index) => found[index]?.isDirectory()).map((name) => join(folder, name));
}

/** The batch numbers that name the files of a log, ascending. Checksums and unfinished files begin with a dot. */
async function batchNumbers(folder: string, log: string): Promise<readonly number[]> {
  const names = await readdir(join(folder, log)).catch(() => []);
  const foreign = names.find((name) => !/^(\d+$|\.)/.test(name));
  if (foreign !== undefined) {
    const what = foreign.endsWith('.compact')
      ? 'a compacted log, which only file sources and sinks have'
      : 'not a Spark file';
    throw new CheckpointError(
      `${log}/${foreign} is ${what}: this is not the checkpoint of a query that reads Kafka`,
    );
  }
  const numbers = names.filter((name) => !name.startsWith('.')).map(Number);
  return numbers.toSorted((a, b) => a - b);
}

/** Only the existence of a commit file matters, but an interrupted copy may have left an empty one. */
async function checkCommit(folder: string, number: number): Promise<void> {
  const name = `commits/${number}`;
  if (/^v\d+\n/.test(await text(folder, name))) return;
  throw new CheckpointError(
    `${name} is empty or truncated: copy the complete checkpoint again, after the query has ended`,
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
