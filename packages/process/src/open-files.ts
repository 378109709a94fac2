/**
 * How many files and connections this process, and each that it starts, may have open at once;
 * `null` where nobody says, or there is no limit. It is the hard limit: Node raises the soft one to
 * that when it starts.
 *
 * @example readOpenFilesMax() // 1_048_576, after `ulimit -n 256` 256
 */
export function readOpenFilesMax(): number | null {
  // Names of hosts would be looked up for it.
  Object.assign(process.report, { excludeNetwork: true });
  const report: { readonly userLimits?: { readonly open_files?: { readonly hard?: unknown } } } =
    process.report.getReport();
  const hard = report.userLimits?.open_files?.hard;
  return typeof hard === 'number' ? hard : null;
}
