/** Reports as one HTML page that opens without a network. */
export { type ColumnChart, columnChart, type Series } from './column-chart.ts';
export { chartOf, figureOf, type Part, partOf, tableOf } from './part.ts';
export { pageOf } from './page.ts';
export { claimReportFile, type ReportFile } from './report-file.ts';
export { chartWidth, colours, px, svg, text } from './svg.ts';
