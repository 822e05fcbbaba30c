import type { Settings } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/whole-answer.js';

/** For SELECT ... FINAL: conditions are about the newest row of a key, never about one that it replaced. */
export const NEWEST_ROWS: Settings = {
  ...WHOLE_ANSWER,
  optimize_move_to_prewhere_if_final: 0,
};
