import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { findTemporal } from '../../dev/stack/temporal-binary.js';
import { waitUntil } from './wait-until.js';

/**
 * Runs a command line as a user does in a shell, with the program `temporal` on PATH. Returns its output. Temporal refuses a query
 * while a workflow is busy; such a command runs again, because it has changed nothing.
 */
export async function runCommand(command: string, temporalAddress: string): Promise<string> {
  let output: string | null = null;
  await waitUntil(
    async () => {
      output = await runOnce(command, temporalAddress).catch((error: unknown) => {
        if (String(error).includes('Workflow is busy')) return null;
        throw error;
      });
      return output !== null;
    },
    { what: `Temporal answers the query of ${command}` },
  );
  return output!;
}

async function runOnce(command: string, temporalAddress: string): Promise<string> {
  const program = await findTemporal();
  if (program === null) throw new Error('the program `temporal` is not there');
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], {
    env: {
      HOME: process.env['HOME'],
      PATH: [dirname(program), process.env['PATH']].join(delimiter),
      TEMPORAL_ADDRESS: temporalAddress,
    },
  });
  return stdout;
}

/** The details page of a workflow, as the program `temporal` shows it. */
export function detailsPage(workflowId: string, temporalAddress: string): Promise<string> {
  return runCommand(`temporal workflow metadata --workflow-id ${workflowId}`, temporalAddress);
}

/** The command on a page that resolves the hold of a partition with an action, unchanged. */
export function commandOn(page: string, partition: number, action: string): string {
  const commands = [...page.matchAll(/`(temporal workflow update execute [^`]+)`/g)];
  const wanted = `{"partition":${partition},"action":"${action}"`;
  const command = commands.map(([, text = '']) => text).find((text) => text.includes(wanted));
  if (command === undefined) throw new Error(`no such command on the page: ${wanted}\n${page}`);
  return command;
}
