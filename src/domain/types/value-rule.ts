import type { ValueReason } from './value-fault.js';

/** What a family of types accepts, as data for the docs and for `millrace check`. */
export interface ValueRule {
  /** The types as a reader of the docs looks for them: `Int8, Int16, Int32`. */
  readonly types: string;
  readonly accepts: string;
  readonly rejectedAs: readonly ValueReason[];
  /** Other spellings that a column can select with `read`, and what each accepts. */
  readonly reads: Readonly<Partial<Record<ReadVariant, string>>>;
  /** How the stored value differs from the one that was sent, if it does. */
  readonly storedAs?: string;
  /** What a transform receives and may return. */
  readonly inJavaScript: string;
}

/** Spellings of a value other than the type's own. */
export const READ_VARIANTS = [
  'json',
  'json-object',
  'not-empty',
  'base64',
  'hex',
  'iso-strict',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'epoch-ns',
  'epoch-days',
  'number',
  '0-1',
  'with-nan',
] as const;
export type ReadVariant = (typeof READ_VARIANTS)[number];
