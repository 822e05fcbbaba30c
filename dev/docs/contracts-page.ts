import { valueRules } from './value-rules.js';

const BEGIN = '<!-- value rules -->';
const END = '<!-- end of value rules -->';

/** The page with the rules as code has them. Throws where it has no place for them. */
export function withValueRules(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page must have ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${valueRules()}\n\n${page.slice(end)}`;
}
