import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { BodyLimit } from '../net/forward-request.js';
import type { Scene } from '../scene.js';
import { underLoad } from './under-load.js';

/** The default of nginx. */
const LIMIT_BYTES = 1_048_576;
const RECORDS = 60_000;
/** About 5 MB each. */
const LARGE = { maxRows: 15_000 } as const;
/** Less than 2 MB each. A reset is attributed to the size of a fully sent body only after a minute. */
const SMALL = { maxRows: 5_000 } as const;

interface Limited {
  readonly name: string;
  readonly fault: string;
  readonly how: BodyLimit['how'];
  readonly batch: { readonly maxRows: number };
  /** What a person does about it. */
  answer?(scene: Scene, refused: () => number): Promise<void>;
}

/** A proxy in front of ClickHouse begins to refuse bodies beyond its limit, in the middle of a load. */
function limited({ name, fault, how, batch, answer }: Limited): FaultCase {
  return {
    name: `clickhouse/${name}`,
    fault,
    async run(scene) {
      const { load, stack } = scene;
      await underLoad(scene, {
        ...{ records: RECORDS / 4, partitions: 2, badPermille: 5 },
        ...{ route: 'linked', input: { lanes: 1, batch } },
      });
      await scene.caughtUp();
      let refused = 0;
      stack.insertTap.bodyLimit = { bytes: LIMIT_BYTES, how, onRefused: () => void (refused += 1) };
      await scene.strike(async () => {
        await load.produce(RECORDS, { badPermille: 5 });
        await waitUntil(() => refused > 0, { what: 'the proxy has refused a body' });
        await answer?.(scene, () => refused);
      });
      await scene.caughtUp();
    },
  };
}

export const LIMITED_BODIES: readonly FaultCase[] = [
  limited({
    name: 'proxy-413',
    fault: 'a proxy answers 413 to every body of more than 1 MiB, under load',
    how: 'answers 413',
    batch: LARGE,
  }),
  limited({
    name: 'proxy-resets',
    fault: 'a proxy resets every connection once it has seen 1 MiB of a body, under load',
    how: 'resets',
    batch: SMALL,
  }),
  limited({
    name: 'proxy-resets-then-configure',
    fault:
      'the same; after two refusals `configure` names a smaller `maxBytes`, and the batch under way is split',
    how: 'resets',
    batch: SMALL,
    async answer({ pipelines }, refused) {
      await waitUntil(() => refused() > 1, { what: 'the same body was refused again' });
      const batch = { ...SMALL, maxBytes: LIMIT_BYTES / 4 };
      await pipelines[0]?.handle.executeUpdate('configure', { args: [{ batch }] });
    },
  }),
];
