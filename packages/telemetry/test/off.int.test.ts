import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, 'fixtures/what-is-loaded.ts');

async function loadedWith(settings: Readonly<Record<string, string>>) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    JSON.stringify(settings),
  ]);
  return JSON.parse(stdout);
}

test('unless it is asked for, nothing of OpenTelemetry’s SDK is loaded', async () => {
  expect(await loadedWith({})).toEqual({ loaded: 0, isTraced: false });
});

test('where it is asked for, it is loaded: so the count above can fail', async () => {
  const found = await loadedWith({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces',
  });
  expect(found).toEqual({ loaded: expect.any(Number), isTraced: true });
  expect(found.loaded).toBeGreaterThan(10);
});
