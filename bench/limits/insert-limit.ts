import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageOf } from '../measure/process-usage.js';
import type { Stage } from '../stage/stage.js';
import { EVENT_COLUMNS, plainTable, TABLE, withDatabase } from '../stage/tables.js';
import type { ReadyBlock } from './ready-blocks.js';

export interface InsertLimit {
  readonly rowsPerSecond: number;
  /** CPU time of the ClickHouse process, in microseconds per row. */
  readonly clickHouseMicros: number;
}

/** As many as Millrace has lanes. */
const AT_ONCE = 2;
const MICROS = 1e6;

/** Sends prepared blocks over HTTP: what a mover would reach if reading and parsing cost nothing. */
export async function insertOverHttp(
  stage: Stage,
  blocks: readonly ReadyBlock[],
  rows: number,
): Promise<InsertLimit> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    return await insertAll(stage, { blocks, rows }, async (into, { body }) => {
      const url = new URL(stage.stack.addresses.clickHouse);
      url.searchParams.set('query', `${into} FORMAT Native`);
      const outgoing = request(url, {
        agent,
        method: 'POST',
        headers: { 'Content-Length': body.length },
      });
      outgoing.end(body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      if (answer.statusCode !== 200) throw new Error(Buffer.concat(chunks).toString());
    });
  } finally {
    agent.destroy();
  }
}

/** Lets the engine read the same blocks from files: the cost without the HTTP front. */
export async function insertFromFiles(
  stage: Stage,
  blocks: readonly ReadyBlock[],
  rows: number,
): Promise<InsertLimit> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    const paths = new Map<ReadyBlock, string>();
    for (const [index, block] of blocks.entries()) {
      const path = join(folder, `${index}.native`);
      await writeFile(path, block.body);
      paths.set(block, path);
    }
    return await insertAll(stage, { blocks, rows }, async (into, block) => {
      await stage.sql(`${into} FROM INFILE '${paths.get(block) ?? ''}' FORMAT Native`);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Inserts the blocks in turn until there are this many rows. */
function insertAll(
  { stack, sql }: Stage,
  { blocks, rows }: { readonly blocks: readonly ReadyBlock[]; readonly rows: number },
  insert: (into: string, block: ReadyBlock) => Promise<void>,
): Promise<InsertLimit> {
  return withDatabase(sql, async (database) => {
    await sql(plainTable(database));
    const into = `INSERT INTO ${database}.${TABLE} (${EVENT_COLUMNS.join(', ')})`;
    let sent = 0;
    let next = 0;
    const sendInTurn = async () => {
      while (sent < rows) {
        const block = blocks[next % blocks.length];
        if (block === undefined) throw new Error('there is no block to insert');
        next += 1;
        sent += block.rows;
        await insert(into, block);
      }
    };
    const secondsBefore = usageOf(stack.clickHouse.pid ?? 0).cpuSeconds;
    const sinceMs = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, sendInTurn));
    const seconds = (performance.now() - sinceMs) / 1_000;
    const cpuSeconds = usageOf(stack.clickHouse.pid ?? 0).cpuSeconds - secondsBefore;
    const arrived = Number(await sql(`SELECT count() FROM ${database}.${TABLE}`));
    if (arrived !== sent) throw new Error(`only ${arrived} of ${sent} rows are in the table`);
    return { rowsPerSecond: sent / seconds, clickHouseMicros: (cpuSeconds * MICROS) / sent };
  });
}
