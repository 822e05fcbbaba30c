/**
 * Runs contracts in your own tests, with any test framework and without servers.
 *
 * @module millrace/testing
 */
export type { ValueReason } from './domain/types/value-fault.js';
export type { RecordReason } from './domain/formats/record-reader.js';
export { type ConfigTest, testConfig } from './testing/test-config.js';
export {
  type ContractTest,
  testContract,
  type TestDeadLetter,
  type TestResult,
  type TestRow,
} from './testing/test-contract.js';
export type { TestRecord } from './testing/test-record.js';
