import process from 'node:process';
import type { Style } from '../../src/cli/text/style.js';
import { number } from '../../src/cli/text/table.js';
import { verifyLines } from '../../src/cli/verify-lines.js';
import { untilAskedToEnd } from '../stack/ask-to-end.js';
import { startStack } from '../stack/start-stack.js';
import { demoHints } from './demo-hints.js';
import type { DemoSubject } from './demo-subject.js';
import { startDemoWorker } from './demo-worker.js';
import { createProgressBar } from './progress-bar.js';
import { DEMO_TASK_QUEUE, type DemoResult, runDemo } from './run-demo.js';

export interface Demo {
  readonly subject: DemoSubject;
  readonly events: number;
  readonly badPermille: number;
  /** Ends when everything is moved; otherwise the servers stay up until Ctrl-C. */
  readonly isBrief: boolean;
  /** How people call the command: `npx millrace`. */
  readonly millrace: string;
  /** Tells people what happens now. */
  readonly say: (text: string) => void;
  /** Tells people what they can do while the servers are up. */
  readonly suggest: (text: string) => void;
}

/** The exit code of a process that Ctrl-C has ended. */
const INTERRUPTED = 130;

/**
 * Starts the servers and a worker, moves events and verifies them. Returns null if somebody interrupted it. Calls `onResult`
 * while the servers are still up.
 */
export async function demo(
  { subject, events, badPermille, isBrief, millrace, say, suggest }: Demo,
  onResult: (result: DemoResult) => void,
): Promise<DemoResult | null> {
  const { asked, ask } = untilAskedToEnd();
  say('Starting Temporal, Kafka and ClickHouse on this machine.');
  const stack = await Promise.race([startStack({ onEnd: ask }), asked]);
  // The servers are still starting, and end with this process.
  if (typeof stack === 'string') process.exit(INTERRUPTED);
  const worker = startDemoWorker(stack, {
    taskQueue: DEMO_TASK_QUEUE,
    configFile: subject.configFile,
  });
  try {
    const { addresses } = stack;
    const bar = createProgressBar(process.stderr);
    const run = runDemo(subject, { addresses, worker }, { events, badPermille, bar });
    const result = await Promise.race([run, asked]);
    if (typeof result === 'string') return null;
    onResult(result);
    if (!isBrief) {
      suggest(demoHints(stack, subject, millrace));
      await asked;
    }
    return result;
  } finally {
    await worker.stop();
    await stack.stop();
    ask('');
  }
}

/** How fast it was, and what `millrace verify` says. */
export function demoReport(result: DemoResult, style: Style): string {
  const { produced, batches, seconds, rowsPerSecond, verify } = result;
  return [
    '',
    `produced ${number(produced)} records, moved them in ${number(batches)} batches and ${seconds.toFixed(1)} s: ${number(rowsPerSecond)} rows/s`,
    '',
    ...verifyLines(verify, style),
  ].join('\n');
}
