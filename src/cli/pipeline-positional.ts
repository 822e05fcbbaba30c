import type { Positional } from './verb.js';

/** A pipeline that was started. */
export const PIPELINE: Positional = {
  name: 'pipeline',
  help: 'its workflow id; millrace list shows those that run',
};
