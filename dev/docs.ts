// Writes the parts of docs/ that are made from code.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { withValueRules } from './docs/contracts-page.js';

const PAGE = 'docs/contracts.md';
const made = withValueRules(readFileSync(PAGE, 'utf8'));
const options = await resolveConfig(PAGE);
writeFileSync(PAGE, await format(made, { ...options, filepath: PAGE }));
