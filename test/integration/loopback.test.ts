// Promise: other machines cannot reach anything that the embedded stack and the worker listen on, unless that was requested.
// Checked on Linux by every listening socket of their processes, and skipped elsewhere.
import { expect, test } from 'vitest';
import { freePort } from '../../dev/stack/free-port.js';
import { socketsOfOwner } from '../support/listening-sockets.js';
import { stackAddresses } from '../support/stack.js';
import { startWorkerProcess } from '../support/worker-process.js';

const portOf = (address: string) =>
  Number(new URL(`http://${address.replace(/^\w+:\/\//, '')}`).port);
const isLinux = process.platform === 'linux';

test.skipIf(!isLinux)('every server of the stack listens on loopback only', () => {
  const { temporal, temporalUi, kafka, clickHouse } = stackAddresses();
  for (const address of [temporal, temporalUi ?? '', kafka, clickHouse]) {
    const sockets = socketsOfOwner(portOf(address));
    expect(sockets.length).toBeGreaterThan(0);
    expect(sockets.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
  }
});

test.skipIf(!isLinux)('a worker listens only where it is configured to', async () => {
  const [metrics, health] = [await freePort(), await freePort()];
  const worker = startWorkerProcess({
    TEMPORAL_ADDRESS: stackAddresses().temporal,
    MILLRACE_METRICS_ADDRESS: `127.0.0.1:${metrics}`,
    MILLRACE_HEALTH_ADDRESS: `127.0.0.1:${health}`,
  });
  try {
    await worker.ready();
    const sockets = socketsOfOwner(health);
    expect(sockets.map(({ port }) => port).toSorted()).toEqual([metrics, health].toSorted());
    expect(sockets.every(({ isLoopback }) => isLoopback)).toBe(true);
  } finally {
    await worker.stop();
  }
});
