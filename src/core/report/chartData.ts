/** What the report's script draws: shared by the page's writer and the script. */

export interface BarChart {
  readonly id: string;
  readonly kind: 'horizontal' | 'vertical' | 'histogram';
  readonly title: string;
  /** One a value; none of a histogram, which has edges. */
  readonly labels: readonly string[];
  /** One more than values. */
  readonly edges?: readonly number[];
  readonly values: readonly number[];
  /** Text below the axis. */
  readonly axis: string;
}
