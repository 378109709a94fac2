/** How the pages look: as the system says, unless somebody has chosen. */
export type Theme = 'system' | 'light' | 'dark';

export const themes: readonly Theme[] = ['system', 'light', 'dark'];

const key = 'holdfast.theme';

/** The theme that was chosen in this browser. */
export function keptTheme(): Theme {
  const kept = read();
  return themes.find((theme) => theme === kept) ?? 'system';
}

/** Keeps a choice for the next visit. Where the browser keeps nothing, it counts for this page. */
export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Blocked, or full.
  }
}

/** Colours follow `color-scheme` (styles/tokens.css), which this sets. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

function read(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
