import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from '../../client/client-error.js';
import { instant } from '../../domain/readable-units.js';
import { EXIT } from '../errors.js';
import { createLiveView } from '../text/live-view.js';
import type { Style } from '../text/style.js';
import type { Invocation } from '../verb.js';
import { isOpen, type Seen, statusLine, statusLines, statusObject } from './status-view.js';

export interface StatusWatch extends Pick<Invocation, 'stdout' | 'json' | 'interrupted'> {
  readonly style: Style;
  readonly everyMs: number;
  /** Looks at the pipeline. The rate is since the look `before`. */
  readonly ask: (before: Seen | null) => Promise<Seen>;
}

/** Shows a pipeline until Ctrl-C or its end. Returns the exit code: 1 if the workflow has failed or was terminated. */
export async function watchStatus(watch: StatusWatch): Promise<number> {
  const { everyMs, ask } = watch;
  const signal = watch.interrupted();
  const show = watch.json ? jsonLines(watch) : watch.stdout.isTTY ? screen(watch) : lines(watch);
  let seen: Seen | null = null;
  try {
    while (!signal.aborted) {
      try {
        seen = await ask(seen);
        show.seen(seen);
        if (!isOpen(seen)) break;
      } catch (error) {
        // A worker that restarts will be back soon.
        if (!(error instanceof ClientError) || error.kind !== 'no-answer') throw error;
        show.missed(error.message, seen);
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    show.end(seen);
  }
  return seen === null || isOpen(seen) || ENDED_WELL.has(seen.workflow) ? EXIT.ok : EXIT.failed;
}

const ENDED_WELL = new Set(['COMPLETED', 'CANCELLED']);

interface Show {
  seen(seen: Seen): void;
  /** No worker answered. The previous look may be shown again. */
  missed(why: string, before: Seen | null): void;
  end(last: Seen | null): void;
}

function screen({ stdout, style, everyMs }: StatusWatch): Show {
  const view = createLiveView(stdout);
  const footer = `every ${everyMs / 1_000} s; Ctrl-C ends this view, not the pipeline`;
  const draw = (seen: Seen, notice: string) => {
    const [first = '', ...rest] = statusLines(seen, style);
    view.draw([first, ...rest, '', notice]);
  };
  return {
    seen(seen) {
      draw(seen, style.dim(`${footer}, as of ${instant(seen.atMs)}`));
    },
    missed(why, before) {
      const notice = style.yellow(why);
      if (before === null) view.draw([notice]);
      else draw(before, `${notice} (seen ${instant(before.atMs)})`);
    },
    end(last) {
      view.end();
      // The last look stays readable above the prompt.
      if (last !== null) stdout.write(`${statusLines(last, style).join('\n')}\n`);
    },
  };
}

function lines({ stdout }: StatusWatch): Show {
  return {
    seen(seen) {
      stdout.write(`${statusLine(seen)}\n`);
    },
    missed(why) {
      stdout.write(`${instant(Date.now())} ${why}\n`);
    },
    end: () => undefined,
  };
}

function jsonLines({ stdout }: StatusWatch): Show {
  return {
    seen(seen) {
      stdout.write(`${JSON.stringify(statusObject(seen))}\n`);
    },
    missed(why) {
      stdout.write(`${JSON.stringify({ error: why })}\n`);
    },
    end: () => undefined,
  };
}
