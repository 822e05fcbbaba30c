import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/stack/free-port.js';
import { createGuardedFolder } from '../../dev/stack/guarded-folder.js';
import { createProgress } from '../../dev/stack/progress.js';
import { startServer } from '../../dev/stack/server.js';
import type { StackAddresses } from '../../dev/stack/stack-addresses.js';
import { ensureTemporal } from '../../dev/stack/temporal-binary.js';
import { temporalCommand } from '../../dev/stack/temporal.js';
import { stackAddresses } from './stack.js';

/** A separate Temporal beside the shared Kafka and ClickHouse, which take much longer to start. */
export interface OwnTemporal {
  /** Addresses of all three servers. */
  readonly addresses: StackAddresses;
  stop(): Promise<void>;
}

export async function startOwnTemporal(
  options: {
    /** More flags for `temporal server start-dev`. */
    readonly flags?: readonly string[];
    readonly port?: number;
  } = {},
): Promise<OwnTemporal> {
  const { flags = [], port = await freePort() } = options;
  const uiPort = await freePort();
  const folder = await createGuardedFolder(join(tmpdir(), 'millrace-temporal-'));
  const program = await ensureTemporal(createProgress(process.stderr));
  const command = await temporalCommand({ folder: folder.path, port, uiPort, program, flags });
  const server = await startServer(command, { onEnd: () => undefined });
  return {
    addresses: {
      ...stackAddresses(),
      temporal: `127.0.0.1:${port}`,
      temporalUi: `http://127.0.0.1:${uiPort}`,
    },
    stop: async () => {
      await server.stop();
      await folder.remove();
    },
  };
}
