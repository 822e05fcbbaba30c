import { withGeneratedPart } from './generated-part.js';
import { valueRules } from './value-rules.js';

/** The page with the rules as code has them. Throws where it has no place for them. */
export function withValueRules(page: string): string {
  return withGeneratedPart(page, 'value rules', valueRules());
}
