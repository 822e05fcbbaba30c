import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runUnlessBusy } from '../../support/user-commands.js';
import { TEST_TIMEOUT_MS, waitUntil } from '../../support/wait-until.js';

const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/** What is not part of a fresh checkout, or could affect the commands. */
const LEFT_OUT = ['.env', '.git', '.cache', '.data', 'dist', 'coverage'];

export interface Output {
  readonly code: number;
  /** Of standard output and standard error. */
  readonly text: string;
}

/** A program that keeps running. */
export interface Running {
  text(): string;
  stop(): Promise<void>;
}

/** A user in a fresh checkout, who copies commands into a shell. */
export interface NewUser {
  /** The checkout. */
  readonly folder: string;
  /** Like `export`: for all later commands. */
  exports(variables: Readonly<Record<string, string>>): void;
  run(command: string): Promise<Output>;
  /** Ends with the terminal, if not before. */
  runInTerminal(command: string): Running;
  leave(): Promise<void>;
}

export async function createNewUser(): Promise<NewUser> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-docs-'));
  for (const name of await readdir(CHECKOUT)) {
    if (!LEFT_OUT.includes(name)) await symlink(join(CHECKOUT, name), join(folder, name));
  }
  const inherited = Object.entries(process.env).filter(([name]) =>
    ['PATH', 'HOME', 'USER', 'LANG', 'JAVA_HOME', 'MILLRACE_CACHE', 'XDG_CACHE_HOME'].includes(
      name,
    ),
  );
  const environment: Record<string, string | undefined> = Object.fromEntries(inherited);
  const terminals: Running[] = [];
  return {
    folder,
    exports(variables) {
      Object.assign(environment, variables);
    },
    run(command) {
      const runOnce = () =>
        new Promise<Output>((resolve) => {
          const options = {
            cwd: folder,
            env: environment,
            timeout: TEST_TIMEOUT_MS,
            maxBuffer: 2 ** 26,
          };
          execFile('bash', ['-c', command], options, (error, stdout, stderr) => {
            resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: stdout + stderr });
          });
        });
      return runUnlessBusy(runOnce, ({ code, text }) => (code === 0 ? '' : text));
    },
    runInTerminal(command) {
      const running = startTerminal(command, { cwd: folder, env: { ...environment } });
      terminals.push(running);
      return running;
    },
    async leave() {
      for (const running of terminals.toReversed()) await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function startTerminal(
  command: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Running {
  const child = spawn('bash', ['-c', `exec ${command}`], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  const closed = once(child, 'close');
  return {
    text: () => chunks.join(''),
    async stop() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** The `export` lines that `millrace stack` prints for other terminals. */
export function exportedVariables(text: string): Readonly<Record<string, string>> {
  const lines = [...text.matchAll(/^export (\w+)="?([^"\n]*)"?$/gm)];
  const path = String(process.env['PATH']);
  return Object.fromEntries(
    lines.map(([, name = '', value = '']) => [name, value.replace('$PATH', path)]),
  );
}

/** Waits for output of a program that keeps running. */
export async function untilSaid(running: Running, words: RegExp): Promise<void> {
  await waitUntil(() => words.test(running.text()), {
    what: `it says ${String(words)}`,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it said:\n${running.text()}`);
  });
}

/** The result of a workflow run, as the command line shows it. */
export async function workflowResult(
  user: NewUser,
  workflowId: string,
): Promise<Record<string, unknown>> {
  const { text } = await user.run(
    `temporal workflow result --workflow-id ${workflowId} --output json`,
  );
  return (JSON.parse(text) as { result: Record<string, unknown> }).result;
}
