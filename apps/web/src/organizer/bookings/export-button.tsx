import type { ExportInput } from '@holdfast/client';
import { useHoldfastClient } from '@holdfast/react';
import { useState } from 'react';
import type { Language } from '../../language/languages.ts';
import { useLanguage, useMessages } from '../../language/language-provider.tsx';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { organizerMessages } from '../messages.ts';
import { saveFile } from './save-file.ts';

/** What spreadsheets of each language expect between cells. */
const separators = { en: 'comma', de: 'semicolon' } as const satisfies Record<Language, string>;

/** Saves the bookings of an event, those of one status or all, as a file. */
export function ExportButton({ eventId, status }: Pick<ExportInput, 'eventId' | 'status'>) {
  const say = useMessages(organizerMessages);
  const { language } = useLanguage();
  const { event } = useHoldfastClient();
  const [state, setState] = useState<'idle' | 'running' | 'saved' | 'failed'>('idle');
  const save = async () => {
    setState('running');
    try {
      const separator = separators[language];
      const file = await event.exportBookings({ eventId, status, separator });
      // All of it, or an error: half of a file is never saved.
      saveFile(await new Response(file).blob(), `bookings-${eventId}.csv`);
      setState('saved');
    } catch {
      setState('failed');
    }
  };
  return (
    <div className="form">
      <Button
        isBusy={state === 'running'}
        aria-describedby="export-hint"
        onClick={() => void save()}
      >
        {say('export.button')}
      </Button>
      <p id="export-hint" className="hint">
        {say('export.hint')}
      </p>
      {state === 'saved' && <Notice tone="good" title={say('export.done')} />}
      {state === 'failed' && (
        <Notice tone="bad" title={say('export.failed')}>
          <p>{say('export.failedText')}</p>
        </Notice>
      )}
    </div>
  );
}
