import {
  BarController, BarElement, CategoryScale, Chart, Filler, Legend, LinearScale, LineController, LineElement,
  PointElement, Tooltip,
} from "chart.js";
import { chartInteractions } from "@trackplan/web";
import { track } from "./analytics/client.js";
import type { ChartInteractedEvent } from "./analytics/events.js";
import { page } from "./tracking.js";

Chart.register(
  BarController, BarElement, CategoryScale, Filler, Legend, LinearScale, LineController, LineElement, PointElement,
  Tooltip,
);

/** Draws the table inside it: a row per week, a column per series. Without scripts, the table stays. */
class TrendChart extends HTMLElement {
  private chart: Chart | undefined;
  private readonly redraw = (): void => this.draw();
  private readonly system = matchMedia("(prefers-color-scheme: dark)");

  connectedCallback(): void {
    this.draw();
    addEventListener("themechange", this.redraw);
    this.system.addEventListener("change", this.redraw);
  }

  disconnectedCallback(): void {
    this.chart?.destroy();
    removeEventListener("themechange", this.redraw);
    this.system.removeEventListener("change", this.redraw);
  }

  private draw(): void {
    const canvas = this.querySelector("canvas");
    if (!canvas) return;
    const [ink, line, ...colours] = ["--muted", "--line", "--series-1", "--series-2"].map((name) => this.colour(name));
    const kind = this.getAttribute("kind") === "bar" ? "bar" : "line";
    const [header, ...rows] = [...this.querySelectorAll("tr")].map((row) =>
      [...row.cells].map((cell) => cell.textContent?.trim() ?? ""),
    );
    const series = (header ?? []).slice(1);
    const datasets = series.map((label, index) => ({
      label,
      data: rows.map((row) => Number(row[index + 1])),
      borderColor: colours[index] ?? "",
      backgroundColor: kind === "bar" ? colours[index] ?? "" : `${colours[index] ?? ""}`.replace(")", " / 0.15)"),
      borderRadius: 4,
      borderWidth: kind === "bar" ? 0 : 2,
      fill: kind === "line",
      // What somebody hid stays hidden in the other theme.
      hidden: this.chart?.isDatasetVisible(index) === false,
      pointRadius: rows.length > 1 ? 2 : 4,
      tension: 0.35,
    }));
    this.chart?.destroy();
    this.chart = new Chart(canvas, {
      type: kind,
      data: { labels: rows.map((row) => (row[0] ?? "").slice(5)), datasets },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { display: series.length > 1, labels: { color: ink ?? "", boxWidth: 12 } } },
        scales: {
          x: { grid: { display: false }, ticks: { color: ink ?? "", maxRotation: 0, autoSkipPadding: 12 } },
          y: { beginAtZero: true, grid: { color: line ?? "" }, ticks: { color: ink ?? "", maxTicksLimit: 5 } },
        },
      },
      plugins: [chartInteractions((action) => this.report(action))],
    });
  }

  private report(action: ChartInteractedEvent["action"]): void {
    if (!page) return;
    // The server renders the attribute from the plan's words.
    const chart_type = this.getAttribute("shows") as ChartInteractedEvent["chart_type"];
    track.chart_interacted({ chart_type, action, team_slug: page.team });
  }

  /** A colour of the theme, as the canvas understands it. */
  private colour(name: string): string {
    this.style.color = `var(${name})`;
    const colour = getComputedStyle(this).color;
    this.style.color = "";
    return colour.replace(/^rgb\((\d+), (\d+), (\d+)\)$/, "rgb($1 $2 $3)");
  }
}

customElements.define("trend-chart", TrendChart);
