import { log } from '@temporalio/workflow';
import type { Parsed } from '../../domain/pipeline/input.js';

/** A signal can't be refused: an unreadable argument is logged, and the signal does its work without it. */
export function readableArgument<T>(parsed: Parsed<T>, signal: string): T | null {
  if (parsed.kind === 'valid') return parsed.value;
  log.warn('A signal had an argument that could not be read', { signal, why: parsed.why });
  return null;
}
