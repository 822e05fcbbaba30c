import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { HOST_DOWN_MS } from '../../../domain/limits.js';
import type { Host } from './host.js';
import { unreachableError } from './insert-errors.js';

/** Chooses one of several hosts, and keeps it until it stops answering. */
export interface HostChoice {
  /** A host that answers. Fails with a network error if none does. */
  pick(): Promise<Host>;
  /** How often the choice has changed. */
  changes(): number;
}

export type HostNews = (message: string) => void;

/** Tries the hosts in the configured order, but those that were down recently last. */
export function createHostChoice(hosts: readonly Host[], tell: HostNews): HostChoice {
  const downMs = new Map<Host, number>();
  let current: Host | null = null;
  let changes = 0;
  let picking: Promise<Host> | null = null;

  const isDown = (host: Host) => performance.now() - (downMs.get(host) ?? -Infinity) < HOST_DOWN_MS;
  const inOrder = () => {
    const others = hosts.filter((host) => host !== current);
    const all = current === null ? others : [current, ...others];
    return [...all.filter((host) => !isDown(host)), ...all.filter(isDown)];
  };
  const choose = async (): Promise<Host> => {
    const whys: string[] = [];
    for (const host of inOrder()) {
      const why = await host.probe();
      if (why !== null) {
        downMs.set(host, performance.now());
        whys.push(why);
        continue;
      }
      downMs.delete(host);
      if (host !== current) {
        changes += 1;
        const because = whys.length === 0 ? '' : `: ${whys.join('; ')}`;
        tell(`Using ClickHouse at ${host.address}${because}`);
      }
      current = host;
      return host;
    }
    throw new InsertFailed(unreachableError(whys));
  };
  return {
    changes: () => changes,
    pick() {
      if (current?.isFresh()) return Promise.resolve(current);
      return (picking ??= choose().finally(() => (picking = null)));
    },
  };
}
