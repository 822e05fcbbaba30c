import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * `npm run test:nodes [-- MAJOR...]`: runs the tests without servers, and the demo with them, on each supported Node.
 */

const MAJORS = ['20', '22', '24'];
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit'];
const STEPS: Readonly<Record<string, readonly string[]>> = {
  'unit and workflow': [...VITEST, '--project', 'workflow'],
  demo: ['--import', 'tsx', 'dev/demo.ts', '--exit', '--events', '10000', '--bad', '5'],
};
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function main(majors: readonly string[]): Promise<number> {
  const lines: string[] = [];
  let worst = 0;
  for (const major of majors) {
    const program = await nodeOf(major);
    for (const [name, args] of Object.entries(STEPS)) {
      const startedMs = performance.now();
      const code = await run(program, args);
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
      lines.push(`Node ${major}, ${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
      worst = Math.max(worst, code);
    }
  }
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return worst;
}

/** The running Node if it matches, otherwise the one of the package `node`, which npm keeps in its cache. */
async function nodeOf(major: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const args = ['--yes', '--package', `node@${major}`, '--call', 'node -p process.execPath'];
  const { stdout } = await promisify(execFile)('npx', args);
  return stdout.trim();
}

async function run(program: string, args: readonly string[]): Promise<number> {
  const path = [dirname(program), process.env['PATH']].join(delimiter);
  const env = { ...process.env, PATH: path };
  const child = spawn(program, args, { cwd: ROOT, env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

const given = process.argv.slice(2);
process.exitCode = await main(given.length > 0 ? given : MAJORS);
