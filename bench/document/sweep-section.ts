import { type Dimension, DIMENSIONS, type SweepPoint } from '../sweep/figures.js';
import { barPlot } from '../plot/bars.js';
import type { Kept } from './stored-figures.js';
import { provenance, type Section } from './section.js';
import { decimals, markdownTable, whole } from './table.js';

const PLOT = 'performance-sweep.svg';
const MIB = 2 ** 20;

const TITLES: Readonly<Record<Dimension, string>> = {
  lanes: 'Lanes (2 unless set; 8 lanes on 8 partitions)',
  batch: 'Rows of a batch at most (200,000 unless set)',
  partitions: 'Partitions of the topic',
  record: 'Bytes of a record',
  codec: 'Codec of the topic',
};

const steady = ({ figures }: SweepPoint) => figures.steadyRate ?? figures.wholeRate;

/** The effect of each setting while the others stay the same. */
export function sweepSection({ about, figures }: Kept<readonly SweepPoint[]>): Section {
  const groups = DIMENSIONS.map((dimension) => ({
    title: `${TITLES[dimension]}: ${dimension === 'record' ? 'MiB' : 'rows'} a second, whole run (dark) and steady`,
    bars: figures.filter((point) => point.dimension === dimension).map(bar),
  }));
  const text = [
    '## Settings and loads',
    'One setting changes at a time; the others have their defaults. Millrace writes into its default table. Figures are medians. CPU covers the whole process, including its start.',
    `![Rows a second for different lanes, batch sizes, partitions, record sizes and codecs](images/${PLOT})`,
    table(figures),
    `Measured by ${provenance(about)}`,
  ];
  const description = 'Rows a second by lanes, batch size, partitions, record size and codec';
  return { text: text.join('\n\n'), plots: { [PLOT]: barPlot({ description, groups }) } };
}

function bar(point: SweepPoint) {
  const { dimension, setting, bytesPerRecord, figures } = point;
  const isRecord = dimension === 'record';
  const scale = isRecord ? bytesPerRecord / MIB : 1;
  const rate = whole(steady(point));
  return {
    label: setting,
    value: steady(point) * scale,
    inner: figures.wholeRate * scale,
    text: isRecord ? `${whole(mibPerSecond(point))} MiB/s (${rate} rows/s)` : rate,
    emphasis: 'ours' as const,
  };
}

function mibPerSecond(point: SweepPoint): number {
  return (steady(point) * point.bytesPerRecord) / MIB;
}

function table(points: readonly SweepPoint[]): string {
  const head = [
    '',
    'setting',
    'records',
    'rows/s',
    'steady',
    'MiB/s',
    'own CPU µs/row',
    'ClickHouse µs/row',
    'peak MiB',
    'lost',
    'doubled',
  ];
  const rows = points.map((point) => {
    const { records, wholeRate, cpuMicros, peakMiB, lost, doubled } = point.figures;
    return [
      point.dimension,
      point.setting,
      whole(records),
      whole(wholeRate),
      whole(steady(point)),
      whole(mibPerSecond(point)),
      decimals(cpuMicros.mover),
      decimals(cpuMicros.clickHouse),
      peakMiB === null ? '-' : whole(peakMiB),
      whole(lost),
      whole(doubled),
    ];
  });
  return markdownTable(head, rows);
}
