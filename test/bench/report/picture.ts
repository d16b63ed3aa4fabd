import type { Results } from "../results.ts";
import { drawPanel, panelHeight, panelWidth, type Panel } from "./panel.ts";

const columns = 2;

/** The growth curves of a run, as one SVG. */
export function drawPicture(results: Results): string {
  const panels = panelsOf(results);
  const width = columns * panelWidth;
  const height = Math.ceil(panels.length / columns) * panelHeight;
  const corner = (index: number): { readonly x: number; readonly y: number } => ({
    x: (index % columns) * panelWidth,
    y: Math.floor(index / columns) * panelHeight,
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" font-family="sans-serif" font-size="12">`,
    `<rect width="${String(width)}" height="${String(height)}" fill="#ffffff"/>`,
    ...panels.map((panel, index) => drawPanel(panel, corner(index))),
    "</svg>",
    "",
  ].join("\n");
}

function panelsOf(results: Results): readonly Panel[] {
  return [...throughputPanels(results), ...burstPanels(results), ...latencyPanels(results), ...scalePanels(results)];
}

function throughputPanels({ throughput }: Results): readonly Panel[] {
  if (throughput === undefined) return [];
  return [
    {
      title: "Throughput",
      unit: "builds/s, by number of Applications",
      places: throughput.map(({ applications }) => String(applications)),
      series: [
        { name: "operator", values: throughput.map(({ perSecond }) => perSecond) },
        { name: "the same writes alone", values: throughput.map(({ limitPerSecond }) => limitPerSecond) },
      ],
    },
  ];
}

function burstPanels({ burst }: Results): readonly Panel[] {
  if (burst === undefined) return [];
  return [
    {
      title: "Burst economy",
      unit: "Snapshots tested, by number of builds at once",
      places: burst.map(({ builds }) => String(builds)),
      series: [
        { name: "tested", values: burst.map(({ snapshots }) => snapshots) },
        { name: "if each race had a composite", values: burst.map(({ builds }) => 2 * builds - 1) },
      ],
    },
  ];
}

function latencyPanels({ latency }: Results): readonly Panel[] {
  if (latency === undefined) return [];
  const places = latency.map(({ perSecond }) => `${String(perSecond)} builds/s`);
  const panel = (title: string, pick: "p50Ms" | "p99Ms"): Panel => ({
    title,
    unit: "ms, by rate of arrival",
    places,
    series: [
      { name: "created", values: latency.map(({ created }) => created[pick]) },
      { name: "promoted", values: latency.map(({ promoted }) => promoted[pick]) },
      { name: "bare round trip", values: latency.map(({ bare }) => bare[pick]) },
    ],
  });
  return [panel("Latency, median", "p50Ms"), panel("Latency, 99th percentile", "p99Ms")];
}

function scalePanels({ scale }: Results): readonly Panel[] {
  if (scale === undefined) return [];
  const memory = [scale.few, scale.snapshotsOnly, scale.many];
  const built = [scale.few, scale.many].flatMap(({ snapshots, latency }) =>
    latency === undefined ? [] : [{ snapshots, ...latency }],
  );
  const thousands = (count: number): string => (count >= 1000 ? `${String(Math.round(count / 1000))}k` : String(count));
  return [
    {
      title: "Latency over history",
      unit: "ms, median, by number of old Snapshots",
      places: built.map(({ snapshots }) => thousands(snapshots)),
      series: [
        { name: "created", values: built.map(({ created }) => created.p50Ms) },
        { name: "promoted", values: built.map(({ promoted }) => promoted.p50Ms) },
        { name: "bare round trip", values: built.map(({ bare }) => bare.p50Ms) },
      ],
    },
    {
      title: "Memory over history",
      unit: "MB, by number of Snapshots + PipelineRuns",
      places: memory.map(({ snapshots, pipelineRuns }) => `${thousands(snapshots)} + ${thousands(pipelineRuns)}`),
      series: [
        { name: "process", values: memory.map(({ residentBytes }) => residentBytes / 1e6) },
        { name: "reachable heap", values: memory.map(({ heapBytes }) => heapBytes / 1e6) },
      ],
    },
  ];
}
