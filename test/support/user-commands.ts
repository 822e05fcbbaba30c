import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';
import { findTemporal } from '../../dev/stack/temporal-binary.js';
import { waitUntil } from './wait-until.js';

/**
 * Runs a command, and runs it again while Temporal refuses its query because the workflow is busy: then it has changed nothing.
 * `errorOf` is the text of its failure, or empty.
 */
export async function runUnlessBusy<Ran>(
  run: () => Promise<Ran>,
  errorOf: (ran: Ran) => string,
): Promise<Ran> {
  let ran!: Ran;
  await waitUntil(
    async () => {
      ran = await run();
      return !errorOf(ran).includes('Workflow is busy');
    },
    { what: 'Temporal answers the query of a busy workflow' },
  );
  return ran;
}

/** Runs a command line as a user does in a shell, with the program `temporal` on PATH. Returns its output. */
export async function runCommand(command: string, temporalAddress: string): Promise<string> {
  const program = await findTemporal();
  if (program === null) throw new Error('the program `temporal` is not there');
  const env = {
    HOME: process.env['HOME'],
    PATH: [dirname(program), process.env['PATH']].join(delimiter),
    TEMPORAL_ADDRESS: temporalAddress,
  };
  const run = () =>
    promisify(execFile)('/bin/sh', ['-c', command], { env }).then(
      ({ stdout }) => ({ stdout, error: null }),
      (error: unknown) => ({ stdout: '', error: error as Error }),
    );
  const { stdout, error } = await runUnlessBusy(run, (ran) => String(ran.error));
  if (error !== null) throw error;
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
