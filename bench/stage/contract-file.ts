import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs `use` with a config file that declares a contract and imports the build's own code, as a user's file imports the package.
 * `contract` is the source text of an argument of `defineContract`.
 */
export async function withContractFile<T>(
  build: string,
  contract: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-contract-'));
  const file = join(folder, 'millrace.config.mjs');
  try {
    await writeFile(
      file,
      `import { defineConfig, defineContract } from ${JSON.stringify(join(build, 'index.js'))};
export default defineConfig({ contracts: [defineContract(${contract})] });
`,
    );
    return await use(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
