/** What a report's page hands to its script. */

export type { BarChart } from '../core/report/chartData.js';
