import process from 'node:process';
import { loadConfigFile } from '../config/config-file.js';
import { type ContractTest, testContract } from './test-contract.js';
import type { PipelineInput } from '../domain/pipeline/settings.js';

/** The contracts and pipelines of a config file, for tests. */
export interface ConfigTest {
  /** Returns the contract with this name. Throws if the config has none. */
  contract(name: string): ContractTest;
  /** The pipeline inputs of the config by name. */
  readonly pipelines: Readonly<Record<string, PipelineInput>>;
}

/**
 * Loads a config file, such as `millrace.yaml`. Without a path, it loads the config file in the working directory. Rejects with
 * all problems of the file, in the same words as the worker.
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
        `${found ?? 'the working directory, which has no config file,'} has no contract ${name}; its contracts: ${names}`,
      );
    },
  };
}
