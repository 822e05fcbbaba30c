import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * `npm test`: format, lint and types are checked while the tests run, which mostly wait for servers. Arguments go to
 * vitest. The output of the checks is printed in one piece, after they have ended.
 */

const PASSED = 'npm run check has passed';
const FAILED = 'npm run check has FAILED';

const check = spawn('npm', ['run', '--silent', 'check'], { stdio: ['ignore', 'pipe', 'pipe'] });
const tests = spawn('npx', ['vitest', 'run', ...process.argv.slice(2)], { stdio: 'inherit' });

// A signal to this process alone must not leave the others running. A signal from a terminal reaches all of them.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    for (const child of [check, tests]) child.kill(signal);
  });
}

const [hasPassed, testsCode] = await Promise.all([
  outputOf(check).then(({ code, text }) => {
    process.stdout.write(code === 0 ? `\n${PASSED}\n\n` : `\n${text}\n\n${FAILED}\n\n`);
    return code === 0;
  }),
  codeOf(tests),
]);
// The failure may be far above.
if (!hasPassed) process.stderr.write(`\n${FAILED}: what it says stands above\n`);
process.exitCode = hasPassed ? testsCode : 1;

async function outputOf(child: ChildProcess): Promise<{ code: number; text: string }> {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  return { code: await codeOf(child), text: chunks.join('').trim() };
}

/** If a signal ended it, it has failed. */
async function codeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
