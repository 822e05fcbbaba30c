import process from 'node:process';
import { loadConfigFile } from '../config/config-file.js';
import { type ContractTest, testContract } from './test-contract.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';

export interface ConfigTest {
  /** Throws where the config has no contract of that name. */
  contract(name: string): ContractTest;
  /** The named inputs of the config. */
  readonly pipelines: Readonly<Record<string, PipelineInput>>;
}

/**
 * The contracts of a config file, such as `millrace.yaml`; of the one in the working directory unless a path is given. Rejects
 * with every problem of the file, as the worker names them.
 */
export async function testConfig(path?: string): Promise<ConfigTest> {
  const { contracts, pipelines, path: found } = await loadConfigFile(path ?? null, process.cwd());
  const tests = new Map(contracts.map((contract) => [contract.spec.name, testContract(contract)]));
  return {
    pipelines,
    contract(name) {
      const test = tests.get(name);
      if (test !== undefined) return test;
      const names = [...tests.keys()].join(', ') || 'none';
      throw new Error(
        `${found ?? 'the working directory, which has no config file,'} has no contract ${name}; it has: ${names}`,
      );
    },
  };
}
