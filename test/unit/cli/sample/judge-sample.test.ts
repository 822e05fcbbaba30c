// Promise: `millrace sample` names the columns that no record of the sample fills, with the field that was probably meant.
import { expect, test } from 'vitest';
import { judgeSample } from '../../../../src/cli/sample/judge-sample.js';
import { renderJudged, renderSize } from '../../../../src/cli/sample/render-sample.js';
import { defineContract } from '../../../../src/index.js';
import { sampleOf } from '../../../support/sample-records.js';

const contract = defineContract({
  name: 'deliveries',
  columns: {
    delivery_id: 'String',
    customer_name: { type: 'Nullable(String)' },
    'zip-code': { type: 'Nullable(String)' },
    paid: { type: 'Nullable(Bool)' },
    weight: { type: 'Float64', path: 'parcel.weight' },
    note: { type: 'Nullable(String)' },
    at: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
  },
});

const EVENT = {
  deliveryId: 'a',
  customer: { name: 'b', ZIP_Code: 'c' },
  parcel: { weight: 1.5 },
  note: null,
};

test('a column whose field is in no record is named, with the nearest field', () => {
  const judged = judgeSample(sampleOf([EVENT, EVENT, 'not JSON']), contract);
  expect(judged.unfilled).toEqual([
    { column: 'delivery_id', path: 'delivery_id', near: 'deliveryId' },
    { column: 'customer_name', path: 'customer_name', near: 'customer.name' },
    { column: 'zip-code', path: 'zip-code', near: 'customer.ZIP_Code' },
    { column: 'paid', path: 'paid', near: null },
  ]);
  const text = renderJudged('deliveries', judged, 5);
  expect(text).toContain(
    'columns that no record fills:\n  delivery_id: no record has the field delivery_id. Did you mean path: deliveryId?\n',
  );
  expect(text).toContain('\n  paid: no record has the field paid\n');
});

test('nothing is said if one record fills the column, or if no record is an event', () => {
  const filled = { delivery_id: 'a', customer_name: null, 'zip-code': 'c', paid: true };
  expect(judgeSample(sampleOf([EVENT, { ...EVENT, ...filled }]), contract).unfilled).toEqual([]);
  expect(judgeSample(sampleOf(['not JSON']), contract).unfilled).toEqual([]);
});

test('one event and one record are singular', () => {
  const sample = sampleOf([EVENT]);
  expect(renderJudged('deliveries', judgeSample(sample, contract), 5)).toContain(
    '  deliveryId: in 1 event\n',
  );
  expect(renderSize(sample)).toContain('the newest 1 record of 1 partition,');
});
