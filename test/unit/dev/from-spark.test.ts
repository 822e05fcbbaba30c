// Promise: the offsets at which a pipeline continues a Spark checkpoint are exactly those that Kafka reported when it was
// written, and the records in doubt after a kill are named exactly. Anything that is not such a checkpoint is refused with the
// reason. Checked on checkpoints of real runs (test/fixtures/spark-checkpoints), and on copies of them that are broken in one
// place.
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeHandover } from '../../../dev/from-spark/describe-handover.js';
import { type Handover, handovers } from '../../../dev/from-spark/handover.js';
import { readCheckpoint } from '../../../dev/from-spark/read-checkpoint.js';

type Ends = Readonly<Record<string, Readonly<Record<string, number>>>>;

const folderOf = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/spark-checkpoints/${name}`, import.meta.url));
const checkpointOf = (name: string) => join(folderOf(name), 'checkpoint');
const handedOver = async (checkpoint: string) => handovers(await readCheckpoint(checkpoint));

/**
 * The offsets that Kafka reported: the ends when all was finished, and those of the batch in which the job was killed.
 */
function endsOf(name: string): { readonly finished: Ends | null; readonly begun: Ends | null } {
  return JSON.parse(readFileSync(join(folderOf(name), 'ends.json'), 'utf8')) as never;
}

const numbers = (offsets: Handover['first']) =>
  Object.fromEntries(
    Object.entries(offsets).map(([partition, offset]) => [partition, Number(offset)]),
  );

describe('a job that was stopped between batches', () => {
  test('continues where Kafka ended, with nothing in doubt', async () => {
    const [found, ...more] = await handedOver(checkpointOf('stopped'));
    expect(more).toEqual([]);
    expect(numbers(found!.first)).toEqual(endsOf('stopped').finished?.['stream-events']);
    expect(found).toMatchObject({ topic: 'stream-events', uncertain: [], batch: null });
    expect(found!.end).toEqual(found!.first);
  });

  test('with two topics gets a handover for each', async () => {
    const found = await handedOver(checkpointOf('two-topics'));
    const ends = endsOf('two-topics').finished;
    expect(found.map(({ topic }) => topic)).toEqual(['clicks', 'orders']);
    for (const { topic, first } of found) expect(numbers(first)).toEqual(ends?.[topic]);
  });
});

describe('a job that was killed in a batch', () => {
  test.each(['killed', 'killed-at-first', 'partition-added'])(
    '(%s) leaves exactly the records since the batch before in doubt',
    async (name) => {
      const { finished, begun } = endsOf(name);
      const [found] = await handedOver(checkpointOf(name));
      const before = finished?.['stream-events'] ?? {};
      const after = begun?.['stream-events'] ?? {};
      expect(numbers(found!.end)).toEqual(after);
      expect(found!.uncertain).toEqual(
        Object.entries(after)
          .filter(([partition, end]) => end > (before[partition] ?? 0))
          .map(([partition, end]) => ({
            partition: Number(partition),
            first: String(before[partition] ?? 0),
            end: String(end),
          })),
      );
      expect(Object.keys(found!.first)).toEqual(Object.keys(found!.end));
    },
  );
});

describe('the printed output', () => {
  const names = { taskQueue: 'millrace', table: 'shop.events' };
  const moving = { topic: 'stream-events', table: 'shop.events' };

  test('is one command after a clean stop', async () => {
    const [found] = await handedOver(checkpointOf('stopped'));
    const inputs = inputsIn(describeHandover(found!, names));
    const groupId = `stream-events-after-spark-batch-${found!.committedBatch}`;
    expect(inputs).toEqual([{ ...moving, groupId, from: { offsets: found!.first } }]);
  });

  test('moves records in doubt separately after a kill, and names their maximum number', async () => {
    const [found] = await handedOver(checkpointOf('killed'));
    const text = describeHandover(found!, names);
    const [apart, behind, all] = inputsIn(text);
    expect(apart).toMatchObject({
      table: 'shop.events_spark_batch_1',
      from: { offsets: found!.first },
      until: { offsets: found!.end },
    });
    const groupId = 'stream-events-after-spark-batch-1';
    expect(behind).toEqual({ ...moving, groupId, from: { offsets: found!.end } });
    expect(all).toEqual({ ...moving, groupId, from: { offsets: found!.first } });
    expect(text).toContain('120 offsets are in doubt');
    expect(text).toMatch(/INSERT INTO shop\.events .*\n.*FROM shop\.events_spark_batch_1/);
  });

  test('quotes what a shell would interpret', async () => {
    const [found] = await handedOver(checkpointOf('stopped'));
    const text = describeHandover(
      { ...found!, topic: "it's" },
      { ...names, taskQueue: 'my queue' },
    );
    expect(text).toContain(`--workflow-id 'it'\\''s' --type pipeline --task-queue 'my queue'`);
  });
});

function inputsIn(text: string): readonly unknown[] {
  return [...text.matchAll(/--input '([^']*)'/g)].map(
    ([, input = '']) => JSON.parse(input) as unknown,
  );
}

describe('the checkpoint reader', () => {
  let folder: string;
  let checkpoint: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-from-spark-'));
    checkpoint = join(folder, 'checkpoint');
    await cp(checkpointOf('killed'), checkpoint, { recursive: true });
  });

  afterEach(() => rm(folder, { recursive: true }));

  const remove = (name: string) => rm(join(checkpoint, name), { recursive: true });
  const write = (name: string, text: string) => writeFile(join(checkpoint, name), text);
  const change = async (name: string, how: (text: string) => string) =>
    write(name, how(await readFile(join(checkpoint, name), 'utf8')));
  const refusal = () =>
    handedOver(checkpoint).then(
      () => 'nothing was refused',
      (error: unknown) => (error as Error).message,
    );

  test('refuses a missing folder', async () => {
    checkpoint = join(folder, 'elsewhere');
    expect(await refusal()).toContain('does not exist');
  });

  test('refuses a file instead of a folder', async () => {
    checkpoint = join(checkpoint, 'metadata');
    expect(await refusal()).toContain('is not the checkpoint');
  });

  test('refuses the parent folder, and names the checkpoint in it', async () => {
    checkpoint = folder;
    expect(await refusal()).toContain(
      `These folders in it are checkpoints: ${join(folder, 'checkpoint')}`,
    );
  });

  test('refuses a part of a checkpoint', async () => {
    await remove('metadata');
    expect(await refusal()).toContain('has no metadata');
  });

  test('refuses a query of several sources', async () => {
    await change('offsets/1', (text) => `${text}\n{"others":{"0":5}}`);
    expect(await refusal()).toContain('offsets/1 has 2 sources');
  });

  test.each([
    '5',
    '{"logOffset":3}',
    '{"sourceVersion":1,"reservoirId":"x","index":0}',
    '{}',
    '{"t":{"0":-2}}',
  ])('refuses a source other than Kafka: %s', async (source) => {
    await change('offsets/1', (text) => text.replace(/.*$/, source));
    expect(await refusal()).toContain("does not come from Spark's Kafka source");
  });

  test('refuses a source without data', async () => {
    await change('offsets/1', (text) => text.replace(/.*$/, '-'));
    expect(await refusal()).toContain('offsets/1 has no offsets');
  });

  test('refuses another version', async () => {
    await change('offsets/1', (text) => text.replace('v1', 'v2'));
    expect(await refusal()).toContain('version v2, but only v1 can be read');
  });

  test('refuses logs of file sources and sinks', async () => {
    await write('offsets/9.compact', 'v1');
    expect(await refusal()).toContain('offsets/9.compact is a compacted log');
  });

  test.each([0, 1, 2, 40, -1, -20])('refuses a file of which %i bytes are left', async (length) => {
    await change('offsets/1', (text) => text.slice(0, length));
    expect(await refusal()).toContain('offsets/1 is empty, truncated');
  });

  test('refuses an empty commit', async () => {
    await write('commits/0', '');
    expect(await refusal()).toContain('commits/0 is empty or truncated');
  });

  test('refuses a finished batch without its offsets', async () => {
    await remove('offsets/0');
    expect(await refusal()).toContain('commits/0 exists but offsets/0 does not');
  });

  test('refuses more than one unfinished batch', async () => {
    await cp(join(checkpoint, 'offsets/1'), join(checkpoint, 'offsets/2'));
    expect(await refusal()).toContain('asyncProgressTrackingEnabled');
  });

  test('refuses a first batch with an unknown start', async () => {
    await remove('commits');
    await remove('offsets/1');
    await remove('sources');
    expect(await refusal()).toContain('neither commits/0 nor sources/0/0');
  });

  test('refuses a query that has not begun', async () => {
    for (const name of ['commits', 'offsets', 'sources']) await remove(name);
    await mkdir(join(checkpoint, 'offsets'));
    expect(await refusal()).toContain('has not started a batch');
  });

  test('refuses a batch that goes backwards', async () => {
    await change('offsets/1', (text) => text.replace(/"0":\d+/, '"0":1'));
    expect(await refusal()).toContain('in partition 0 of stream-events');
  });

  test('accepts files that Spark was writing when it was killed', async () => {
    await write('offsets/.2.0d5c1c5e-9f4b-4a4e-bd0a-2f1c5a3e8d11.tmp', 'v');
    expect(await handedOver(checkpoint)).toEqual(await handedOver(checkpointOf('killed')));
  });
});
