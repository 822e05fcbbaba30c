import type { StackOptions } from '../../dev/stack/stack-options.js';
import { freePort } from '../../dev/stack/free-port.js';
import { openLink } from '../../test/faults/net/link.js';
import { withListener } from '../../test/faults/net/linked-listener.js';
import type { CommandLine } from '../command-line.js';
import { describeRun } from '../document/about.js';
import { keep } from '../document/stored-figures.js';
import { measurePoint } from '../freshness/measure-freshness.js';
import type { Stage } from '../stage/stage.js';
import { countRequests } from './count-requests.js';
import type { DistantPoint } from './figures.js';

const PARTITIONS = 256;
const ROUND_TRIP_MS = 10;

/**
 * Bytes between two entries of Kafka's index of a partition. With the default of 4,096, all partitions of this run write their
 * first entry within the same second, each to its own file. On a disk that takes 40 ms for that, Kafka answers nobody for 10 s.
 */
const INDEX_INTERVAL_BYTES = 1_048_576;

const POINT = { eventsPerSecond: 1_000, intervalSeconds: 1, seconds: 60 } as const;

/** Kafka's API keys of the requests that a batch makes. */
const FETCH = 1;
const OF_BATCHES = [FETCH, 2, 8, 9, 23];

/** Measures the freshness of many partitions if every answer of Kafka is delayed. */
export async function measureDistant(
  options: CommandLine,
  onStage: (run: (stage: Stage) => Promise<number>, options: StackOptions) => Promise<number>,
): Promise<number> {
  const port = await freePort();
  const requests = countRequests();
  const link = await openLink({ target: port, watch: requests.watch });
  link.set({ kind: 'late', delayMs: ROUND_TRIP_MS / 2 });
  const kafkaSettings: StackOptions['kafkaSettings'] = (own) => ({
    ...withListener(own, { port, advertised: link.port }),
    'log.index.interval.bytes': String(INDEX_INTERVAL_BYTES),
  });
  try {
    return await onStage(
      async (stage) => {
        const figures = [await measureOnce(stage, link.port, requests)];
        for (const point of figures) console.log(inWords(point));
        if (options.write) await keep('distant', { about: await describeRun(stage), figures });
        return figures.every(({ lost, doubled }) => lost + doubled === 0) ? 0 : 1;
      },
      { kafkaSettings },
    );
  } finally {
    await link.close();
  }
}

async function measureOnce(
  stage: Stage,
  port: number,
  requests: ReturnType<typeof countRequests>,
): Promise<DistantPoint> {
  const linked = { ...stage.stack.addresses, kafka: `127.0.0.1:${port}` };
  const before = { fetches: 0, all: 0 };
  const asked = () => ({ fetches: requests.count([FETCH]), all: requests.count(OF_BATCHES) });
  const point = await measurePoint(stage, POINT, {
    partitions: PARTITIONS,
    workerAddresses: linked,
    onBegin: () => {
      Object.assign(before, asked());
    },
  });
  const after = asked();
  const { inserts: batches } = point;
  return {
    ...point,
    partitions: PARTITIONS,
    roundTripMs: ROUND_TRIP_MS,
    batches,
    fetchesPerBatch: (after.fetches - before.fetches) / batches,
    requestsPerBatch: (after.all - before.all) / batches,
  };
}

function inWords(point: DistantPoint): string {
  const { partitions, roundTripMs, eventsPerSecond, intervalSeconds } = point;
  return [
    `${partitions} partitions, ${roundTripMs} ms of round-trip time, ${eventsPerSecond} events/s, interval ${intervalSeconds} s:`,
    `p50 ${point.p50Ms.toFixed(0)} ms, p99 ${point.p99Ms.toFixed(0)} ms, max ${point.mostMs.toFixed(0)} ms;`,
    `${point.batches} batches, ${point.fetchesPerBatch.toFixed(2)} fetches and ${point.requestsPerBatch.toFixed(1)} requests each;`,
    `lost ${point.lost}, duplicated ${point.doubled}`,
  ].join(' ');
}
