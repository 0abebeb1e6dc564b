/** One section of the page. */

import type { BarChart } from './chartData.js';
import type { Html } from './html.js';

export interface Section {
  readonly markup: Html;
  /** What the page's script draws into the section's canvases. */
  readonly charts: readonly BarChart[];
}
