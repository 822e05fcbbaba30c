import type { HotFigures, LiveHotFigures } from '../hot/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

/** One partition with most of the records. */
export function hotSection({ about, figures }: Kept<HotFigures>): Section {
  const { partitions, records, rounds, rate, others, live, intervalSeconds, lost, doubled } =
    figures;
  const seconds = (ms: number) => `${decimals(ms / 1_000)} s`;
  const liveRow = (name: string, { rate: rows, p50Ms, p99Ms }: LiveHotFigures) => [
    name,
    whole(rows),
    seconds(p50Ms),
    seconds(p99Ms),
  ];
  const text = [
    '## A hot partition',
    `One of ${partitions} partitions holds a backlog of ${whole(records)} records. It is moved alone, and then while the other partitions get ${whole(others.eventsPerSecond)} events a second, a tenth of all records. Medians of ${rounds} rounds, in turn; 2 lanes, interval ${intervalSeconds} s.`,
    markdownTable(
      ['', 'rows/s of the hot partition'],
      [
        ['alone', whole(rate.alone)],
        ['beside the others', whole(rate.besideOthers)],
        ['ratio', decimals(rate.besideOthers / rate.alone)],
      ],
    ),
    `The others’ rows came ${seconds(others.p50Ms)} (p50), ${seconds(others.p99Ms)} (p99) and at most ${seconds(others.mostMs)} after their events. Lost ${lost}, doubled ${doubled}.`,
    `A backlog takes all of the machine, so what the others need comes off its rate: where they have a tenth of the records, 0.90 is the most. Live records show the hot partition with time to spare: ${whole(live.hotPerSecond)} events a second, alone and beside ${whole(live.othersPerSecond)} of the others.`,
    markdownTable(
      ['', 'rows/s of the hot partition', 'p50', 'p99'],
      [
        liveRow('alone', live.alone),
        liveRow('beside the others', live.besideOthers),
        ['ratio', decimals(live.besideOthers.rate / live.alone.rate), '', ''],
      ],
    ),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
