import { withGeneratedPart } from './generated-part.js';
import { valueRules } from './value-rules.js';

/** Replaces the value rules of the page by those of the code. Throws if the page has no place for them. */
export function withValueRules(page: string): string {
  return withGeneratedPart(page, 'value rules', valueRules());
}
