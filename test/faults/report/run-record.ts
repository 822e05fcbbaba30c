import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Servers } from '../../../dev/stack/describe-stack.js';
import type { CaseResult } from '../fault-case.js';

/** The record of a run of all cases. */
export interface RunRecord {
  readonly seed: number;
  /** `2026-11-25` */
  readonly day: string;
  readonly tookMs: number;
  readonly millrace: string;
  readonly machine: string;
  readonly servers: Servers;
  readonly results: readonly CaseResult[];
}

/** Returns the path of the file. */
export async function keepRun(record: RunRecord, root: string): Promise<string> {
  const folder = join(root, 'runs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${record.seed}.json`);
  await writeFile(file, JSON.stringify(record, null, 2));
  return file;
}

export async function readRun(file: string): Promise<RunRecord> {
  return JSON.parse(await readFile(file, 'utf8')) as RunRecord;
}
