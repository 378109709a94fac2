import { useState } from 'react';
import { languageNames, languages } from '../language/languages.ts';
import { useLanguage, useMessages } from '../language/language-provider.tsx';
import { applyTheme, keepTheme, keptTheme, themes } from '../theme/theme.ts';
import { frameMessages } from './messages.ts';

/** Which language and which colours, as native choices: every browser and reader knows how these work. */
export function Preferences() {
  const say = useMessages(frameMessages);
  const { language, choose } = useLanguage();
  const [theme, setTheme] = useState(keptTheme);
  return (
    <div className="preferences">
      <select
        className="choice"
        aria-label={say('language')}
        value={language}
        onChange={({ target }) => choose(languages[target.selectedIndex] ?? language)}
      >
        {languages.map((each) => (
          <option key={each} value={each} lang={each}>
            {languageNames[each]}
          </option>
        ))}
      </select>
      <select
        className="choice"
        aria-label={say('theme')}
        value={theme}
        onChange={({ target }) => {
          const chosen = themes[target.selectedIndex] ?? theme;
          setTheme(chosen);
          keepTheme(chosen);
          applyTheme(chosen);
        }}
      >
        {themes.map((each) => (
          <option key={each} value={each}>
            {say(`theme.${each}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
