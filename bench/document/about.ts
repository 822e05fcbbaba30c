import process from 'node:process';
import { describeMachine, describeServers, type Servers } from '../../dev/stack/describe-stack.js';
import type { Stage } from '../stage/stage.js';

/** How the figures were measured. */
export interface About {
  readonly day: string;
  readonly command: string;
  readonly machine: string;
  readonly servers: Servers;
}

/** What a reader needs to repeat a run. Paths of programs are left to the reader. */
export async function describeRun({ stack }: Stage): Promise<About> {
  return {
    day: new Date().toISOString().slice(0, 10),
    command: ['npm run bench', ...given(process.argv.slice(2))].join(' '),
    machine: describeMachine('all servers and the mover'),
    servers: await describeServers(stack),
  };
}

function given(args: readonly string[]): readonly string[] {
  if (args.length === 0) return [];
  return ['--', ...args.map((arg) => (arg.includes('/') ? 'PATH' : arg))];
}
