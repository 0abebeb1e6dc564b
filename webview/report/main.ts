/** Draws the charts of a report from the data embedded in its page. */

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LogarithmicScale,
  Title,
  Tooltip,
} from 'chart.js';
import type { Scale } from 'chart.js';

import type { BarChart } from '../../src/protocol/report.js';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LogarithmicScale, Title, Tooltip);

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(chart: BarChart): void {
  const canvas = document.getElementById(chart.id);
  if (!(canvas instanceof HTMLCanvasElement)) {
    return;
  }
  const isHorizontal = chart.kind === 'horizontal';
  const { edges } = chart;
  const numeric = {
    grid: { color: colour('--line') },
    ...(edges === undefined
      ? { type: 'linear' as const, ticks: { color: colour('--soft') } }
      : {
          type: 'logarithmic' as const,
          min: 0.8,
          ticks: {
            color: colour('--soft'),
            callback: (value: number | string) => value.toLocaleString('en'),
          },
          afterBuildTicks: keepPowersOfTen,
          title: { display: true, text: 'count (log)', color: colour('--soft') },
        }),
    ...(isHorizontal && { min: 0, max: 1 }),
  };
  const places = {
    grid: { display: false },
    ticks: { color: colour('--ink'), autoSkip: !isHorizontal, maxRotation: 0, includeBounds: false },
    ...(edges && { type: 'linear' as const, offset: false, min: edges[0], max: edges.at(-1) }),
  };
  const title = { display: true, text: chart.axis, color: colour('--soft') };
  new Chart(canvas, {
    type: 'bar',
    data: {
      labels: [...chart.labels],
      datasets: [
        {
          data: edges
            ? chart.values.map((y, bin) => ({ x: ((edges[bin] ?? NaN) + (edges[bin + 1] ?? NaN)) / 2, y }))
            : [...chart.values],
          backgroundColor: '#4c78a8',
          barPercentage: isHorizontal ? 0.8 : 0.92,
          categoryPercentage: 1,
        },
      ],
    },
    options: {
      indexAxis: isHorizontal ? 'y' : 'x',
      animation: false,
      maintainAspectRatio: false,
      plugins: {
        legend: { display: false },
        title: { display: true, text: chart.title, color: colour('--ink') },
      },
      scales: isHorizontal
        ? { x: { ...numeric, title }, y: places }
        : { y: numeric, x: { ...places, title } },
    },
  });
}

/** The other marks of a logarithmic axis would be lines without a number. */
function keepPowersOfTen(axis: Scale): void {
  axis.ticks = axis.ticks.filter(({ value }) => /^10*$/.test(String(value)));
}

const data = document.getElementById('charts')?.textContent ?? '[]';
(JSON.parse(data) as BarChart[]).forEach(draw);
