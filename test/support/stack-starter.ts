import { startStack } from '../../dev/stack/start-stack.js';

/** A separate program that starts a stack, prints its addresses as one line of JSON, and waits to be killed. */

export interface StartedStack {
  readonly addresses: {
    readonly temporal: string;
    readonly temporalUi: string;
    readonly kafka: string;
    readonly clickHouse: string;
  };
  readonly pids: readonly number[];
  readonly folder: string;
}

const stack = await startStack();
const { temporal, kafka, clickHouse } = stack;
const pids = [temporal.pid, kafka.pid, clickHouse.pid];
const tell = (line: string) => process.stdout.write(`${line}\n`);
tell(JSON.stringify({ addresses: stack.addresses, pids, folder: stack.folder }));

// The hardest cases for cleaning up: a server that is already down, and one that reacts only to SIGKILL.
await temporal.kill('SIGKILL');
await clickHouse.kill('SIGSTOP');
tell('ready');
setInterval(() => undefined, 60_000);
