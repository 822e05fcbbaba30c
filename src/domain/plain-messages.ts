import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

/**
 * Messages in place of zod's own, for schemas that state none. They follow the name of the place and quote no value:
 * `must be at most 16`. Undefined for issues that need no other words.
 */
export const plainMessages: z.core.$ZodErrorMap = (issue) => {
  const { code } = issue;
  if (code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (code === 'invalid_value') {
    return `must be ${oneOf(issue.values.map((value) => JSON.stringify(value)))}`;
  }
  if (code === 'too_big') return `must ${bounds('most', issue.maximum, issue.origin)}`;
  if (code !== 'too_small') return undefined;
  return issue.origin === 'string' && Number(issue.minimum) === 1
    ? 'must not be empty'
    : `must ${bounds('least', issue.minimum, issue.origin)}`;
};

function bounds(side: 'most' | 'least', limit: number | bigint, origin: string): string {
  const at = `at ${side} ${limit}`;
  if (origin === 'string') return `have ${at} characters`;
  return origin === 'array' ? `have ${at} elements` : `be ${at}`;
}

/** `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return words.length <= 2
    ? words.join(' or ')
    : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
