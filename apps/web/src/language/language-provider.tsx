import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { firstLanguage, keepLanguage, type Language } from './languages.ts';
import { type Catalogue, type Say, sayIn } from './messages.ts';

interface Speaking {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const SpeakingContext = createContext<Speaking | null>(null);

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speaking = useMemo(
    () => ({
      language,
      choose(chosen: Language) {
        keepLanguage(chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <SpeakingContext value={speaking}>{children}</SpeakingContext>;
}

/** The language of the page, and how to choose another. */
export function useLanguage(): Speaking {
  const speaking = useContext(SpeakingContext);
  if (speaking === null) throw new Error('Put this component inside a <LanguageProvider>.');
  return speaking;
}

/**
 * Says the messages of a catalogue in the language of the page.
 *
 * @example
 * const say = useMessages(buyerMessages);
 * <p>{say('seats.free', { count: 3 })}</p>
 */
export function useMessages<Key extends string>(catalogue: Catalogue<Key>): Say<Key> {
  const { language } = useLanguage();
  return useMemo(() => sayIn(catalogue, language), [catalogue, language]);
}
