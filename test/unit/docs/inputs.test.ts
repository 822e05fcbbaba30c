// Promise: the reference has each field of every input. Checked against the types of the inputs: a new field does not compile
// here until it is listed.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type {
  ConfigureInput,
  PauseInput,
  ResolveHoldInput,
} from '../../../src/domain/pipeline/messages.js';
import type { BatchLimitsInput, PipelineInput } from '../../../src/domain/pipeline/settings.js';
import type { RedriveInput } from '../../../src/domain/redrive/public-types.js';
import type { VerifyInput } from '../../../src/domain/verify/public-types.js';

const page = readFileSync('docs/reference/inputs.md', 'utf8');

type FieldsOf<Input> = Readonly<Record<keyof Input, true>>;

const shared = { contract: true, topic: true, table: true } as const;
const batch: FieldsOf<BatchLimitsInput> = { maxRows: true, maxBytes: true, intervalSeconds: true };
const pause: FieldsOf<PauseInput> = { reason: true };
const configure: FieldsOf<ConfigureInput> = { lanes: true, batch: true };
const resolveHold: FieldsOf<ResolveHoldInput> = { partition: true, action: true, offset: true };
const pipeline: FieldsOf<PipelineInput> = {
  ...shared,
  ...{ groupId: true, from: true, replay: true, until: true, existing: true, batch: true },
  ...{ lanes: true, onDataLoss: true, guarantee: true, log: true, durability: true },
};
const verify: FieldsOf<VerifyInput> = {
  ...shared,
  ...{ groupId: true, from: true, until: true, log: true, compare: true, sample: true },
};
const redrive: FieldsOf<RedriveInput> = {
  ...shared,
  ...{ action: true, dryRun: true, reasons: true, stages: true, partitions: true },
  ...{ ranges: true, since: true, until: true },
};

test.each([
  ['## pipeline', { ...pipeline, ...batch }],
  ['### pause and stop', pause],
  ['### configure', configure],
  ['### resolveHold', resolveHold],
  ['## verify', verify],
  ['## redrive', redrive],
])('the table of %s lists every field', (heading, fields) => {
  const [, after = ''] = page.split(`\n${heading}\n`);
  const [section = ''] = after.split(/^##+ /m);
  const listed = [...section.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(([, names = '']) =>
    names.replaceAll('`', '').split(', '),
  );
  expect(listed.toSorted()).toEqual(Object.keys(fields).toSorted());
});
