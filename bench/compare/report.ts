import { MOVER_TITLES, type MoverName } from '../movers/mover.js';
import type { Comparison, KillFigures, Limits, MoveFigures } from './figures.js';
import { type MoverSummary, ratio, summaries } from './summary.js';

/** The readable output of a comparison: lines while it runs, and a table at the end. */
export function createReport(movers: readonly MoverName[]) {
  const title = (name: MoverName) => MOVER_TITLES[name];
  const width = Math.max(...movers.map((name) => title(name).length));

  return {
    move: ({ mover, ...figures }: MoveFigures): string =>
      `${title(mover).padEnd(width)}  ${speedAndCost(figures)}`,

    kill: ({ mover, lost, doubled, isExact, stallSeconds, hadSecond }: KillFigures): string => {
      const how = hadSecond ? 'a second one was running' : 'restarted at once';
      return `${title(mover).padEnd(width)}  killed at 45 %, ${how}: ${truth({ lost, doubled, isExact })}, ${stallSeconds.toFixed(1)} s without a row`;
    },

    limits: ({ read, insert, insertFromFiles }: Limits): string => {
      const front = insert.clickHouseMicros - insertFromFiles.clickHouseMicros;
      return [
        `Limits here: reading alone ${whole(read.recordsPerSecond)}/s (${micros(read.cpuMicros)} us each),`,
        `inserting ready blocks alone ${whole(insert.rowsPerSecond)}/s (${micros(insert.clickHouseMicros)} us of ClickHouse each,`,
        `${micros(front)} of them its HTTP front; from files ${whole(insertFromFiles.rowsPerSecond)}/s).`,
      ].join(' ');
    },

    table: (comparison: Comparison): string => {
      const all = summaries(comparison);
      const ours = all.find(({ mover }) => mover === 'millrace');
      const rows = all.map((summary) => {
        const times =
          ours === undefined || summary === ours ? '' : `${ratio(ours, summary).toFixed(2)}x`;
        return `${title(summary.mover).padEnd(width)}  ${times.padStart(7)}  ${speedAndCost(summary)}`;
      });
      const head = `Medians. ${comparison.records.toLocaleString('en-US')} records, ${comparison.partitions} partitions. The factor says how many times as fast Millrace is:`;
      return ['', head, ...rows, ...insertShare(comparison, ours)].join('\n');
    },
  };
}

/** One line about a move, without the mover's name. */
export function speedAndCost(figures: Omit<MoveFigures, 'mover'>): string {
  return `${speed(figures)}  ${cost(figures)}  ${truth(figures)}`;
}

function insertShare({ limits }: Comparison, ours: MoverSummary | undefined): readonly string[] {
  if (ours === undefined) return [];
  const share = ours.wholeRate / limits.insert.rowsPerSecond;
  return [`Millrace reaches ${share.toFixed(2)} of what inserting ready blocks alone reaches.`];
}

function speed({ wholeRate, steadyRate }: Pick<MoveFigures, 'wholeRate' | 'steadyRate'>): string {
  const steady = steadyRate === null ? '-' : whole(steadyRate);
  return `${whole(wholeRate).padStart(9)}/s, steady ${steady.padStart(9)}/s`;
}

function cost({ cpuMicros, peakMiB }: Pick<MoveFigures, 'cpuMicros' | 'peakMiB'>): string {
  const { mover, clickHouse, kafka, temporal } = cpuMicros;
  const own = mover === null ? '-' : micros(mover);
  const peak = peakMiB === null ? '-' : whole(peakMiB);
  return `us/row: own ${own.padStart(6)}, ClickHouse ${micros(clickHouse)}, Kafka ${micros(kafka)}, Temporal ${micros(temporal)}; ${peak.padStart(5)} MiB`;
}

function truth({
  lost,
  doubled,
  isExact,
}: Pick<MoveFigures, 'lost' | 'doubled' | 'isExact'>): string {
  const content = isExact === null ? '' : isExact ? ', every row exact' : ', rows differ';
  return `lost ${whole(lost)}, duplicated ${whole(doubled)}${content}`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function micros(value: number): string {
  return value.toFixed(2);
}
