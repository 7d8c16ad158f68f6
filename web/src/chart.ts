/** What somebody did with a chart. */
export type Action = "click" | "hover" | "toggle_series";

/** How much hovering is told. */
export interface HoverSampling {
  /** How long the pointer rests on the chart before that counts; 400 ms unless told. */
  readonly restMs?: number;
  /** How long the next hover on the same chart is not told; 60 s unless told. */
  readonly pauseMs?: number;
}

interface ChartLike {
  readonly data: { readonly datasets: readonly unknown[] };
  isDatasetVisible(index: number): boolean;
}

interface ChartEvent {
  readonly event: { readonly type: string };
  readonly inChartArea: boolean;
}

/** A plugin for one chart: `new Chart(canvas, { plugins: [chartInteractions((action) => …)], … })`. */
export function chartInteractions(
  report: (action: Action) => void,
  { restMs = 400, pauseMs = 60_000 }: HoverSampling = {},
) {
  const visible = (chart: ChartLike): string =>
    chart.data.datasets.map((_, index) => chart.isDatasetVisible(index)).join();
  let before = "";
  let resting: ReturnType<typeof setTimeout> | undefined;
  let silentUntil = 0;
  return {
    id: "trackplan",
    beforeEvent(chart: ChartLike): void {
      before = visible(chart);
    },
    afterEvent(chart: ChartLike, { event, inChartArea }: ChartEvent): void {
      if (event.type === "click") {
        // The legend hides a series on the same event, perhaps after this plugin.
        const shown = before;
        queueMicrotask(() => {
          if (visible(chart) !== shown) report("toggle_series");
          else if (inChartArea) report("click");
        });
      }
      clearTimeout(resting);
      if (event.type === "mousemove" && inChartArea && performance.now() >= silentUntil) {
        resting = setTimeout(() => {
          silentUntil = performance.now() + pauseMs;
          report("hover");
        }, restMs);
      }
    },
    beforeDestroy(): void {
      clearTimeout(resting);
    },
  };
}
