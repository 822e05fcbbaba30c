import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { error, type Problem, warning } from './problem.js';

/** Options for a project without a tsconfig.json. */
const DEFAULTS = { strict: true, module: 'nodenext', target: 'es2022' };

/** Checks only the config, and writes no output. */
const ALWAYS = { noEmit: true, skipLibCheck: true, composite: false, incremental: false };

/** `millrace.config.ts(3,26): error TS2322: ...`; continuation lines are indented. */
const DIAGNOSTIC = /^(\S.*)\((\d+),(\d+)\): error TS\d+: (.*(?:\n[ \t]+.*)*)/gm;

/**
 * Checks the types of a config in TypeScript with the compiler that its project has installed, because loading the config only
 * strips the types. Uses the project's tsconfig.json, if there is one. Runs the compiler's command line, which every release has.
 */
export async function checkTypes(path: string, directory: string): Promise<readonly Problem[]> {
  if (!['.ts', '.mts'].includes(extname(path))) return [];
  const file = relative(directory, path);
  const compiler = compilerIn(directory);
  if (compiler === null) {
    const text =
      'its types were not checked, because TypeScript is not installed: npm install --save-dev typescript';
    return [warning(file, text)];
  }
  // Below the project's folder, so that its @types are found.
  const folder = join(directory, `node_modules/.cache/millrace/types-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const tsconfig = join(folder, 'tsconfig.json');
    writeFileSync(tsconfig, JSON.stringify(tsconfigFor(path, directory)));
    return problemsIn(await run(compiler, tsconfig, directory), directory, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The path of the compiler; null if the project has none. */
function compilerIn(directory: string): string | null {
  try {
    const manifest = createRequire(join(directory, 'package.json')).resolve(
      'typescript/package.json',
    );
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      readonly bin: { readonly tsc: string };
    };
    return join(dirname(manifest), bin.tsc);
  } catch {
    return null;
  }
}

function tsconfigFor(path: string, directory: string): object {
  const own = join(directory, 'tsconfig.json');
  const isThere = existsSync(own);
  return {
    ...(isThere && { extends: own }),
    compilerOptions: { ...(isThere ? {} : DEFAULTS), ...ALWAYS },
    files: [path],
    include: [],
  };
}

function run(compiler: string, tsconfig: string, directory: string): Promise<string> {
  const given = [compiler, '--project', tsconfig, '--pretty', 'false'];
  return new Promise((done) => {
    execFile(process.execPath, given, { cwd: directory }, (_, stdout) => {
      done(stdout);
    });
  });
}

/** Leaves out problems in installed packages, because the user can't fix them. */
function problemsIn(output: string, directory: string, file: string): readonly Problem[] {
  const problems = [...output.matchAll(DIAGNOSTIC)].map(
    ([, name = '', line, column, text = '']) => ({
      name: relative(directory, resolve(directory, name)),
      place: `${line ?? ''}:${column ?? ''}`,
      text: text.replace(/\s*\n\s*/g, ' '),
    }),
  );
  const own = problems.filter(({ name }) => !/^\.\.|(^|\/)node_modules\//.test(name));
  const general = [...output.matchAll(/^error TS\d+: (.*)$/gm)].map(([, text = '']) =>
    error(file, `the compiler says: ${text}`),
  );
  return [...own.map(({ name, place, text }) => error(`${name}:${place}`, text)), ...general];
}
