import { describe, expect, test } from 'vitest';
import { seenVersions } from '../src/seen-versions.ts';

describe('what a client has seen of an event', () => {
  test('is nothing at first, and then the newest version', () => {
    const seen = seenVersions();
    expect(seen.find('a')).toBeUndefined();
    for (const version of [3, 5, 4]) seen.note({ id: 'a', version });
    expect(seen.find('a')).toBe(5);
    expect(seen.find('b')).toBeUndefined();
  });

  test('is of the event, however its id is spelled', () => {
    const id = '0199a8c0-5a5e-7c3f-8a53-0123456789ab';
    const seen = seenVersions();
    seen.note({ id, version: 7 });
    for (const spelled of [id.toUpperCase(), `{${id}}`, `urn:uuid:${id}`, id.replaceAll('-', '')]) {
      expect(seen.find(spelled)).toBe(7);
    }
  });

  test('is forgotten of the event that was seen longest ago, beyond a thousand', () => {
    const seen = seenVersions();
    for (let event = 0; event < 1_000; event += 1) seen.note({ id: `${event}`, version: 1 });
    seen.note({ id: '0', version: 1 });
    seen.note({ id: '1000', version: 1 });
    expect(seen.find('0')).toBe(1);
    expect(seen.find('1')).toBeUndefined();
  });
});
