import { getPipeline } from '../../client/pipeline-client.js';
import { EXIT, UsageError } from '../errors.js';
import { PIPELINE } from '../route-options.js';
import { type Seen, statusLines, statusObject } from '../status/status-view.js';
import { watchStatus } from '../status/watch-status.js';
import { look } from '../temporal/look.js';
import { withClient } from '../temporal/with-client.js';
import { styleFor } from '../text/style.js';
import { decimalNumber } from '../values.js';
import { defineVerb } from '../verb.js';

const POLL_SECONDS = 2;
const MIN_POLL_SECONDS = 0.2;

export const status = defineVerb({
  positionals: [PIPELINE],
  options: {
    watch: {
      type: 'boolean',
      short: 'w',
      help: 'show it live until Ctrl-C; print a line for each refresh if the output is not a terminal',
    },
    interval: {
      type: 'string',
      value: 'SECONDS',
      help: `with --watch: seconds between two refreshes (default: ${POLL_SECONDS})`,
    },
  },
  description:
    'Also shows the guarantee, dead letters by reason, the partitions with the most lag, and holds with the commands that end them. Totals count from the start of the pipeline; another start under the same id counts from 0. Ctrl-C ends the view, not the pipeline. With --json it prints the answer of the query `status`, with `workflowId`, the state of its workflow (`workflow`), its start (`startedAt`) and `rowsPerSecond` since the previous look.',
  examples: ['millrace status orders', 'millrace status orders --watch'],
  async run({ positionals: [workflowId = ''], values, ...invocation }) {
    const { environment, stdout, result } = invocation;
    const seconds = decimalNumber('interval', values.interval ?? String(POLL_SECONDS));
    if (seconds < MIN_POLL_SECONDS) throw new UsageError('--interval is at least 0.2 seconds');
    return withClient(environment, async (client) => {
      const pipeline = getPipeline(client, workflowId);
      const style = styleFor(stdout, environment);
      if (values.watch === true) {
        const ask = (before: Seen | null) => look(pipeline, before);
        return watchStatus({ ...invocation, style, ask, everyMs: seconds * 1_000 });
      }
      const seen = await look(pipeline, null);
      result(statusObject(seen), statusLines(seen, style).join('\n'));
      return EXIT.ok;
    });
  },
});
