import { mkdtempSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/cli/run-command.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

export interface RanCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The output of `--json`. */
  json(): unknown;
}

/** A user's folder, in which the command runs inside this process. */
export interface UserFolder {
  readonly path: string;
  write(name: string, text: string): void;
  run(
    given: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<RanCommand>;
  remove(): void;
}

/** `import 'millrace'` and the compiler are available, as after `npm install`. */
export function openUserFolder(): UserFolder {
  const path = mkdtempSync(join(tmpdir(), 'millrace-user-'));
  const modules = join(path, 'node_modules');
  mkdirSync(modules);
  for (const name of ['typescript', '@types', 'undici-types']) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(modules, 'millrace'));
  // The sources replace the package, because building it is tested elsewhere.
  const manifest = {
    name: 'millrace',
    type: 'module',
    exports: { '.': './index.ts', './testing': './testing.ts' },
  };
  writeFileSync(join(modules, 'millrace/package.json'), JSON.stringify(manifest));
  for (const name of ['index', 'testing']) {
    const source = JSON.stringify(join(REPOSITORY, `src/${name}.js`));
    writeFileSync(join(modules, `millrace/${name}.ts`), `export * from ${source};\n`);
  }
  return {
    path,
    write(name, text) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    async run(given, environment = {}) {
      const [out, err]: [string[], string[]] = [[], []];
      const code = await runCommand({
        arguments: given,
        version: '1.2.3',
        stdout: { write: (text) => out.push(text) },
        stderr: { write: (text) => err.push(text) },
        environment,
        directory: path,
        interrupted: () => new AbortController().signal,
      });
      return {
        ...{ code, out: out.join(''), err: err.join('') },
        json: () => JSON.parse(out.join('')) as unknown,
      };
    },
    remove: () => {
      rmSync(path, { recursive: true });
    },
  };
}
