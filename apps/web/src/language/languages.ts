/** The languages that the pages speak. Each has a file of every set of messages. */
export type Language = 'en' | 'de';

/** Each by its own name: who does not speak the page's language finds theirs. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };

export const languages = ['en', 'de'] as const satisfies readonly Language[];

const key = 'holdfast.language';

/** The language that was chosen in this browser; else the first of the browser's that we speak; else English. */
export function firstLanguage(): Language {
  const wanted = [keptLanguage(), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return (
    wanted.flatMap((tag) => languages.filter((language) => language === tag))[0] ?? languages[0]
  );
}

/** Keeps a choice for the next visit. Where the browser keeps nothing, it counts for this page. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(key, language);
  } catch {
    // Blocked, or full.
  }
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
