/** One horizontal bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** A second figure, not larger than the value: the darker part of the bar. */
  readonly inner?: number;
  /** The text after the bar. */
  readonly text: string;
  /** Whether to draw it in the highlight colour. */
  readonly emphasis?: 'ours';
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface BarPlot {
  /** Alternative text for those who can't see the picture. */
  readonly description: string;
  readonly groups: readonly BarGroup[];
}

const WIDTH = 760;
const LABEL_WIDTH = 230;
const TEXT_WIDTH = 190;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - TEXT_WIDTH;
const BAR_HEIGHT = 16;
const LINE_HEIGHT = 24;
const TITLE_HEIGHT = 30;
const GAP = 12;

/** Colours that are readable on white and on black. If the viewer reports its scheme, texts have more contrast. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600 }
  .bar { fill: #8c96a3 } .inner { fill: #6b7580 }
  .ours .bar { fill: #3fa37a } .ours .inner { fill: #2a7d5b }
  @media (prefers-color-scheme: dark) { text { fill: #adb5bd } }`;

/** Bars of all groups share one scale if their texts share one unit. Callers make sure that they do. */
export function barPlot({ description, groups }: BarPlot): string {
  let top = 0;
  const parts = groups.map((group) => {
    const drawn = drawGroup(group, top);
    top += TITLE_HEIGHT + group.bars.length * LINE_HEIGHT + GAP;
    return drawn;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img">`,
    `<title>${escaped(description)}</title>`,
    `<style>${STYLE}</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawGroup({ title, bars }: BarGroup, top: number): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map((bar, index) =>
    drawBar(bar, { y: top + TITLE_HEIGHT + index * LINE_HEIGHT, most }),
  );
  return [`<text class="title" x="0" y="${top + 18}">${escaped(title)}</text>`, ...lines].join(
    '\n',
  );
}

function drawBar(bar: Bar, { y, most }: { readonly y: number; readonly most: number }): string {
  const width = (value: number) => Math.max(1, (value / most) * BAR_WIDTH).toFixed(1);
  const rect = (name: string, value: number) =>
    `<rect class="${name}" x="${LABEL_WIDTH}" y="${y}" width="${width(value)}" height="${BAR_HEIGHT}" rx="2"/>`;
  const baseline = y + BAR_HEIGHT - 3;
  const textX = LABEL_WIDTH + Number(width(bar.value)) + 8;
  return [
    `<g${bar.emphasis === undefined ? '' : ` class="${bar.emphasis}"`}>`,
    `<text x="${LABEL_WIDTH - 8}" y="${baseline}" text-anchor="end">${escaped(bar.label)}</text>`,
    rect('bar', bar.value),
    ...(bar.inner === undefined ? [] : [rect('inner', bar.inner)]),
    `<text x="${textX}" y="${baseline}">${escaped(bar.text)}</text>`,
    '</g>',
  ].join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
