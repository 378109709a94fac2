/** Only what is installed is compiled. */
const isInstalled = import.meta.url.endsWith('.js');

const inRepository =
  /\bpnpm (?:--silent )?(?:holdfast )?(?=(?:audit|chaos|checklist|demo|doctor|migrate|start|stress|token)\b)/g;

/**
 * A text that names commands as the repository runs them, with their names where the `holdfast` package is
 * installed.
 *
 * @example asCalled('See pnpm start') // 'See npx holdfast start', installed
 */
export function asCalled(text: string, installed = isInstalled): string {
  return installed ? text.replaceAll(inRepository, 'npx holdfast ') : text;
}
