/** One small chart: some series over the same few places, drawn as points joined by lines. */
export interface Panel {
  readonly title: string;
  /** What the values are, with their unit. */
  readonly unit: string;
  readonly places: readonly string[];
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** One for each place. */
  readonly values: readonly number[];
}

export const panelWidth = 440;
export const panelHeight = 300;

const plot = { left: 56, top: 44, right: 16, bottom: 68 };
const plotWidth = panelWidth - plot.left - plot.right;
const plotHeight = panelHeight - plot.top - plot.bottom;
const gridLines = 4;
/** Told apart by people who do not see all colours. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#7f7f7f"];

/** The chart as SVG, with its corner at these coordinates. */
export function drawPanel(
  { title, unit, places, series }: Panel,
  corner: { readonly x: number; readonly y: number },
): string {
  const top = niceCeiling(Math.max(...series.flatMap(({ values }) => values)));
  const x = (index: number): number => plot.left + ((index + 0.5) * plotWidth) / places.length;
  const y = (value: number): number => plot.top + plotHeight * (1 - value / top);
  const grid = Array.from({ length: gridLines + 1 }, (_, line) => (top * line) / gridLines);
  return [
    `<g transform="translate(${String(corner.x)} ${String(corner.y)})">`,
    text(title, { x: plot.left, y: 18, weight: "bold" }),
    text(unit, { x: plot.left, y: 34, colour: "#555555" }),
    ...grid.flatMap((value) => [
      `<line x1="${String(plot.left)}" x2="${String(panelWidth - plot.right)}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="#dddddd"/>`,
      text(shorten(value), { x: plot.left - 6, y: y(value) + 4, anchor: "end" }),
    ]),
    ...places.map((place, index) => text(place, { x: x(index), y: panelHeight - plot.bottom + 18, anchor: "middle" })),
    ...series.flatMap((each, index) => [
      ...drawSeries(each, { x, y, colour: colourOf(index) }),
      ...drawLegend(each.name, index, series.length),
    ]),
    "</g>",
  ].join("\n");
}

function drawSeries(
  { values }: Series,
  {
    x,
    y,
    colour,
  }: { readonly x: (index: number) => number; readonly y: (value: number) => number; readonly colour: string },
): readonly string[] {
  const points = values.map((value, index) => [round(x(index)), round(y(value))] as const);
  const path = points.map((point) => point.join(",")).join(" ");
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
  ];
}

function drawLegend(name: string, index: number, count: number): readonly string[] {
  const left = plot.left + (index * plotWidth) / count;
  const bottom = panelHeight - 22;
  return [
    `<circle cx="${round(left)}" cy="${String(bottom - 4)}" r="4" fill="${colourOf(index)}"/>`,
    text(name, { x: left + 9, y: bottom }),
  ];
}

interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "middle" | "end";
  readonly weight?: "bold";
  readonly colour?: string;
}

function text(content: string, { x, y, anchor, weight, colour = "#222222" }: TextOptions): string {
  const extra = `${anchor === undefined ? "" : ` text-anchor="${anchor}"`}${weight === undefined ? "" : ` font-weight="${weight}"`}`;
  return `<text x="${round(x)}" y="${round(y)}" fill="${colour}"${extra}>${content.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</text>`;
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? "#222222";
}

/** The next of 1, 2, 4, 5, 8 times a power of ten: four lines divide it evenly enough to be read. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10) * power;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function shorten(value: number): string {
  return String(Math.round(value * 100) / 100);
}
