// Promise: CI runs the test command on each Node that the package supports and needs no secret, and the issue forms are well-formed.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const FORMS = '.github/ISSUE_TEMPLATE';
const ciText = readFileSync('.github/workflows/ci.yml', 'utf8');
const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  engines: { node: string };
};

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy: { readonly matrix: { readonly node: readonly number[] } };
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

test('CI runs npm ci && npm test on Node 20, 22 and 24', () => {
  const { jobs } = parse(ciText) as Workflow;
  const [job] = Object.values(jobs);
  expect(job?.strategy.matrix.node).toEqual([20, 22, 24]);
  expect(engines.node).toMatch(/^>=20\./);
  expect(job?.steps.flatMap(({ run }) => run ?? [])).toEqual(['npm ci && npm test']);
});

test('CI uses no secret and has read permission only', () => {
  expect(ciText).not.toContain('secrets.');
  expect(parse(ciText)).toMatchObject({ permissions: { contents: 'read' } });
});

interface Form {
  readonly name: string;
  readonly description: string;
  readonly body: readonly {
    readonly type: string;
    readonly id?: string;
    readonly attributes: object;
  }[];
}

test.each(readdirSync(FORMS).filter((name) => name !== 'config.yml'))(
  'the form %s is valid',
  (name) => {
    const form = parse(readFileSync(`${FORMS}/${name}`, 'utf8')) as Form;
    expect(form.name).toMatch(/^\w/);
    expect(form.description).toMatch(/\.$/);
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    expect(fields.length).toBeGreaterThan(2);
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  },
);
