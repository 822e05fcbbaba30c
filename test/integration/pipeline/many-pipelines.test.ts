// Promise: pipelines of one worker do not delay one another: all of them start together, the first record of an idle one soon
// becomes a row, and pipelines whose tables refuse every row delay no other. Checked with one worker for twenty pipelines, on
// real servers.
import { afterEach, expect, test } from 'vitest';
import { openTopic, type OwnTopic } from '../../support/own-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';

const PIPELINES = 20;
const REFUSING = 6;
const REFUSED_ROWS = 200;

let world: PipelineWorld;

afterEach(async () => {
  await world.close();
});

const event = (id: string) =>
  JSON.stringify({
    event_id: id,
    event_type: 'click',
    timestamp: '2026-01-01T00:00:00Z',
    payload: {},
    source: 'test',
    metadata: {},
  });

async function untilStatus(
  pipeline: Pipeline,
  wanted: (status: Awaited<ReturnType<Pipeline['status']>>) => boolean,
  what: string,
): Promise<void> {
  const look = () =>
    pipeline
      .status()
      .then(wanted)
      .catch(() => false);
  await waitUntil(look, { what });
}

/** From now on its table accepts no row. */
async function refuse({ rows }: OwnTopic): Promise<void> {
  await world.sql(`ALTER TABLE ${rows} ADD CONSTRAINT nothing CHECK length(event_id) = 0`);
}

test('the first records of twenty pipelines become rows, even while the tables of six of them refuse rows', async () => {
  world = await openWorld({ partitions: 1 });
  await world.startWorker();
  const topics = await Promise.all(Array.from({ length: PIPELINES }, () => openTopic(world, 2)));
  const pipelines = await Promise.all(topics.map((topic) => topic.start()));
  for (const [index, pipeline] of pipelines.entries()) {
    const what = `pipeline ${index} waits for records`;
    await untilStatus(pipeline, ({ state }) => state === 'running', what);
  }
  const refusing = topics.slice(0, REFUSING);
  const others = topics.slice(REFUSING);
  await Promise.all(refusing.map(refuse));
  const values = Array.from({ length: REFUSED_ROWS }, (_, index) => event(`refused-${index}`));
  await Promise.all(refusing.map((topic) => topic.produce(0, values)));
  for (const topic of [others[0]!, others[7]!, others[13]!]) {
    await topic.produce(1, [event('first')]);
    await topic.untilCount(topic.rows, 1);
  }
  await Promise.all(others.map((topic) => topic.produce(0, [event('second')])));
  const isFirst = (index: number) => [0, 7, 13].includes(index);
  await Promise.all(
    others.map((topic, index) => topic.untilCount(topic.rows, isFirst(index) ? 2 : 1)),
  );
  for (const topic of refusing) expect(await topic.count(topic.rows)).toBe(0);
});
