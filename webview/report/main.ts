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
  const numeric = {
    type: chart.kind === 'histogram' ? ('logarithmic' as const) : ('linear' as const),
    ...(isHorizontal && { min: 0, max: 1 }),
    grid: { color: colour('--line') },
    ticks: { color: colour('--soft') },
  };
  const categories = { grid: { display: false }, ticks: { color: colour('--ink'), autoSkip: !isHorizontal } };
  const title = { display: true, text: chart.axis, color: colour('--soft') };
  new Chart(canvas, {
    type: 'bar',
    data: {
      labels: [...chart.labels],
      datasets: [
        {
          data: [...chart.values],
          backgroundColor: '#4c78a8',
          barPercentage: isHorizontal ? 0.8 : 1,
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
        ? { x: { ...numeric, title }, y: categories }
        : { y: numeric, x: { ...categories, title } },
    },
  });
}

const data = document.getElementById('charts')?.textContent ?? '[]';
(JSON.parse(data) as BarChart[]).forEach(draw);
