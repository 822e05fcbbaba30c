import type { HotFigures, LiveHotFigures } from '../hot/figures.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, roundsText, whole } from './table.js';

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
    `One of ${partitions} partitions has a backlog of ${whole(records)} records. The pipeline moves it once alone, and once while the other partitions receive ${whole(others.eventsPerSecond)} events per second, a tenth of all records; ${roundsText(rounds)}, in turn. It has 2 lanes and a batch interval of ${intervalSeconds} s.`,
    markdownTable(
      ['', 'rows/s of the hot partition'],
      [
        ['alone', whole(rate.alone)],
        ['with the others', whole(rate.besideOthers)],
        ['ratio', decimals(rate.besideOthers / rate.alone)],
      ],
    ),
    `The rows of the other partitions could be queried ${seconds(others.p50Ms)} (p50), ${seconds(others.p99Ms)} (p99) and at most ${seconds(others.mostMs)} after their events. Lost ${lost}, duplicated ${doubled}.`,
    `A backlog uses the whole machine, so the work for the other partitions reduces its rate. As they have a tenth of the records, the best possible ratio is 0.90. With live records, the machine has spare capacity. Here the hot partition receives ${whole(live.hotPerSecond)} events per second, alone and next to ${whole(live.othersPerSecond)} events of the others:`,
    markdownTable(
      ['', 'rows/s of the hot partition', 'p50', 'p99'],
      [
        liveRow('alone', live.alone),
        liveRow('with the others', live.besideOthers),
        ['ratio', decimals(live.besideOthers.rate / live.alone.rate), '', ''],
      ],
    ),
    `Measured by ${provenance(about)}`,
  ];
  return { text: text.join('\n\n'), plots: {} };
}
