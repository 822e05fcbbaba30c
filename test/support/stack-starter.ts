import { startStack } from '../../dev/stack/start-stack.js';

/** A program of its own that starts a stack, tells where it is as one line of JSON, and waits to be killed. */

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

// The hardest cases for whatever cleans up: a server that is down already, and one that hears no signal but SIGKILL.
await temporal.kill('SIGKILL');
await clickHouse.kill('SIGSTOP');
tell('ready');
setInterval(() => undefined, 60_000);
