import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from '../fault-case.js';
import type { Links } from '../fault-stack.js';
import type { Link } from '../net/link.js';
import type { Scene } from '../scene.js';
import { someRows, underLoad } from './under-load.js';

const RECORDS = 20_000;
const RESETS = 6;
const MAX_RESET_MS = 1_500;
const SILENT_MS = 20_000;
const NARROW_MS = 20_000;
const LATE_MS = 10_000;

/** Between a worker and a server. */
interface Trouble {
  readonly name: string;
  readonly words: string;
  bring(link: Link, scene: Scene): Promise<void>;
}

const SERVERS: readonly { readonly link: keyof Links; readonly words: string }[] = [
  { link: 'kafka', words: 'Kafka' },
  { link: 'clickHouse', words: 'ClickHouse' },
  { link: 'temporal', words: 'Temporal' },
];

const TROUBLES: readonly Trouble[] = [
  {
    name: 'latency',
    words: 'every packet takes 500 ms, for a while: rows go on',
    async bring(link, scene) {
      link.set({ kind: 'late', delayMs: 500 });
      await sleep(LATE_MS);
      await someRows(scene);
      link.heal();
    },
  },
  {
    name: 'resets',
    words: `all connections are reset, ${RESETS} times`,
    async bring(link, { random }) {
      for (let reset = 0; reset < RESETS; reset++) {
        await sleep(random() * MAX_RESET_MS);
        link.reset();
      }
    },
  },
  {
    name: 'half-open',
    words: `connections are accepted and swallow all they get, for ${SILENT_MS / 1_000} s`,
    async bring(link) {
      link.set({ kind: 'silent' });
      await sleep(SILENT_MS);
      link.heal();
    },
  },
  {
    name: 'narrow',
    words: `10 kB pass in a second, for ${NARROW_MS / 1_000} s`,
    async bring(link) {
      link.set({ kind: 'narrow', bytesPerSecond: 10_000 });
      await sleep(NARROW_MS);
      link.heal();
    },
  },
];

function between(server: (typeof SERVERS)[number], trouble: Trouble): FaultCase {
  return {
    name: `network/${server.link.toLowerCase()}-${trouble.name}`,
    fault: `between worker and ${server.words}: ${trouble.words}`,
    async run(scene) {
      await underLoad(scene, { records: RECORDS, badPermille: 5, route: 'linked' });
      await scene.strike(() => trouble.bring(scene.stack.links[server.link], scene));
    },
  };
}

export const NETWORK: readonly FaultCase[] = SERVERS.flatMap((server) =>
  TROUBLES.map((trouble) => between(server, trouble)),
);
