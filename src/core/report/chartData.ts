/** What the report's script draws: shared by the page's writer and the script. */

export interface BarChart {
  readonly id: string;
  readonly kind: 'horizontal' | 'vertical' | 'histogram';
  readonly title: string;
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /** Text below the axis. */
  readonly axis: string;
}
