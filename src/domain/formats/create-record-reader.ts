import type { Contract } from '../contract/define-contract.js';
import { JsonReader } from './json/json-reader.js';
import type { RecordReader } from './record-reader.js';
import { TransformingReader } from './transforming-reader.js';

/** The reference reader of a contract, wrapped in the contract's validation and transform. */
export function createRecordReader(contract: Contract): RecordReader {
  const reader = new JsonReader(contract.spec);
  return isPlain(contract) ? reader : new TransformingReader(reader, contract);
}

/** It has neither a transform nor a validation. */
export function isPlain({ transform, validate }: Contract): boolean {
  return transform === null && validate === null;
}
