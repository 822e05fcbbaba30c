// Promise: the list of decision records names each record with its number, title, date and status, and nothing else. Records are
// numbered without a gap, and all have the same sections. Checked by reading the files.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const FOLDER = 'docs/decisions';
const list = readFileSync(`${FOLDER}/README.md`, 'utf8');
const files = readdirSync(FOLDER)
  .filter((name) => name !== 'README.md')
  .toSorted();

interface DecisionRecord {
  readonly number: string;
  readonly title: string;
  readonly date: string;
  readonly status: string;
}

function parseRecord(file: string): DecisionRecord {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
  const parts = /^# (\d{4})\. (.+)\n\n- Date: (.+)\n- Status: (.+)\n/.exec(text);
  if (parts === null) throw new Error(`${file} does not begin with number, title, date and status`);
  const [, number = '', title = '', date = '', status = ''] = parts;
  return { number, title, date, status: withoutLinks(status) };
}

const withoutLinks = (text: string) => text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');

const slugOf = (title: string) =>
  title
    .toLowerCase()
    .replaceAll("'", '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

test('the list has a row for each record, in order', () => {
  const rows = [
    ...list.matchAll(/^\| \[(\d{4})\]\(([^)]+)\) *\| (.+?) *\| (\S+) *\| (.+?) *\|$/gm),
  ];
  const listed = rows.map(([, number, file, title, date, status]) => ({
    ...{ number, file, title, date, status },
  }));
  expect(listed).toEqual(files.map((file) => ({ file, ...parseRecord(file) })));
});

test('records are numbered from 0001 without a gap', () => {
  expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
});

test.each(files)('%s has a valid title, date, status and sections', (file) => {
  const { number, title, date, status } = parseRecord(file);
  expect(file).toBe(`${number}-${slugOf(title)}.md`);
  expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
  const numbers = files.map((name) => name.slice(0, 4)).join('|');
  expect(status).toMatch(
    new RegExp(`^(accepted(; amended by (${numbers}))?|superseded by (${numbers}))$`),
  );
  const headings = [...readFileSync(`${FOLDER}/${file}`, 'utf8').matchAll(/^## (.+)$/gm)];
  expect(headings.map(([, heading]) => heading)).toEqual(['Context', 'Decision', 'Consequences']);
});
