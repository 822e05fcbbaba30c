import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import { type Link, openLink } from '../net/link.js';
import type { Scene } from '../scene.js';
import { BATCH, someRows, whileProducing } from './under-load.js';

const RATE = 400;

/** Longer than the worker needs to abandon an address that hangs. */
const HUNG_MS = 30_000;

/** The worker's two addresses of ClickHouse. Both lead to one engine, as two replicas have the same table. */
interface Addresses {
  /** The address in use. */
  current(): Link;
  /** The worker has continued at the other address. */
  swap(): void;
}

async function twoAddresses(scene: Scene): Promise<Addresses> {
  const { load, stack, closing } = scene;
  const second = await openLink({ target: stack.insertTap.port });
  closing.push(() => second.close());
  const links = [stack.links.clickHouse, second];
  const hosts = links.map(({ port }) => `127.0.0.1:${port}`).join(',');
  await load.createTopic(4);
  await load.produce(2_000);
  await scene.startWorker('linked', { CLICKHOUSE_HOST: hosts });
  await scene.startPipeline({ batch: BATCH });
  await someRows(scene);
  return {
    current: () => links[0]!,
    swap: () => void links.reverse(),
  };
}

interface HostFault {
  readonly name: string;
  readonly strikes: number;
  readonly fault: string;
  /** Disables the address. Resolves with a function that restores it, once rows have arrived through the other one. */
  strike(link: Link, scene: Scene): Promise<() => Promise<void> | void>;
}

function struck({ name, strikes, fault, strike }: HostFault): FaultCase {
  return {
    name: `hosts/${name}`,
    fault: `of two addresses of ClickHouse, ${fault}, ${strikes} times in turn`,
    async run(scene) {
      const addresses = await twoAddresses(scene);
      await whileProducing(scene, RATE, async () => {
        for (let times = 0; times < strikes; times++) {
          let giveBack: () => Promise<void> | void = () => undefined;
          await scene.strike(async () => {
            giveBack = await strike(addresses.current(), scene);
          });
          await someRows(scene);
          await giveBack();
          addresses.swap();
          await sleep(scene.random() * 1_000);
        }
      });
    },
  };
}

const killed = struck({
  name: 'killed',
  strikes: 4,
  fault: 'the one in use is dead: it refuses every connection',
  strike(link) {
    link.set({ kind: 'refused' });
    return Promise.resolve(() => {
      link.heal();
    });
  },
});

const hung = struck({
  name: 'hung',
  strikes: 2,
  fault: `the one in use hangs: it takes connections and answers nothing, for more than ${HUNG_MS / 1_000} s`,
  async strike(link) {
    link.set({ kind: 'silent' });
    await sleep(HUNG_MS);
    return () => {
      link.heal();
    };
  },
});

const cutOff = struck({
  name: 'cut-off',
  strikes: 4,
  fault:
    'the one in use is cut off while a proxy has a whole insert, which reaches ClickHouse after rows have come through the other',
  async strike(link, { stack }) {
    const { insertTap } = stack;
    insertTap.takesBodies = true;
    const held = await insertTap.hold('taken', isRows);
    link.set({ kind: 'refused' });
    return async () => {
      const answer = insertTap.hold('answer', isRows);
      held.release();
      (await answer).release();
      link.heal();
    };
  },
});

export const SEVERAL_HOSTS: readonly FaultCase[] = [killed, hung, cutOff];
