import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerCommand } from './server-command.js';
import { type GuardedProcess, startGuarded } from './guarded-process.js';
import { logEnd, logTail } from './log-tail.js';
import { StackError } from './stack-error.js';

/** One of the stack's servers, for tests that make it fail. */
export interface Server {
  readonly name: string;
  /** `HOST:PORT`; the URL for ClickHouse. */
  readonly address: string;
  readonly logFile: string;
  /** Null while it is down. */
  readonly pid: number | null;
  /** Resolves when the signal was sent. If the signal ends the server, resolves when the server is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Ends the server if it runs, and starts it on the same data and port. A changed command is used from now on. */
  restart(change?: (command: ServerCommand) => ServerCommand): Promise<void>;
  /** Asks it to end and waits. After some seconds it is killed. */
  stop(): Promise<void>;
}

export interface ServerEvents {
  /** Called when a server ended although nobody asked it to. */
  readonly onEnd: (what: string) => void;
}

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 50;

/** Starts a server and waits until it answers. */
export async function startServer(first: ServerCommand, events: ServerEvents): Promise<Server> {
  let command = first;
  let running: GuardedProcess | null = null;
  let expectedToEnd = false;

  const start = async () => {
    const before = logEnd(command.logFile);
    const started = startGuarded(command);
    running = started;
    expectedToEnd = false;
    let how: string | null = null;
    void started.ended.then((reason) => {
      how = reason;
      if (running === started) running = null;
    });
    const problem = await untilReady(command, () => how);
    if (problem !== null) {
      started.kill('SIGKILL');
      await started.ended;
      throw new StackError(startFailure(command, problem, logTail(command.logFile, before)));
    }
    void started.ended.then((reason) => {
      if (!expectedToEnd) events.onEnd(`${command.name} ${reason}. Its log: ${command.logFile}`);
    });
  };

  const stop = async () => {
    if (running === null) return;
    expectedToEnd = true;
    const last = running;
    // A stopped process receives SIGTERM only after SIGCONT.
    last.kill('SIGTERM');
    last.kill('SIGCONT');
    const timer = setTimeout(() => {
      last.kill('SIGKILL');
    }, STOP_TIMEOUT_MS);
    await last.ended;
    clearTimeout(timer);
  };

  await start();
  return {
    name: first.name,
    address: first.address,
    logFile: first.logFile,
    get pid() {
      return running?.pid ?? null;
    },
    async kill(signal) {
      if (running === null) throw new StackError(`${command.name} does not run: restart it first`);
      const ends = signal === 'SIGKILL' || signal === 'SIGTERM';
      if (ends) expectedToEnd = true;
      running.kill(signal);
      if (ends) await running.ended;
    },
    async restart(change = (same) => same) {
      await stop();
      command = change(command);
      await start();
    },
    stop,
  };
}

/** Null once the server answers, otherwise the reason why it did not. */
async function untilReady(
  command: ServerCommand,
  ended: () => string | null,
): Promise<string | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const how = ended();
    if (how !== null) return how;
    if (await command.isReady()) return null;
    await sleep(POLL_MS);
  }
  return `did not answer within ${START_TIMEOUT_MS / 1000} s`;
}

function startFailure(command: ServerCommand, problem: string, tail: string): string {
  return [
    `${command.name} did not start: it ${problem}. The end of its log:`,
    '',
    tail === '' ? '(it printed nothing)' : tail,
    '',
    command.advice,
  ].join('\n');
}
