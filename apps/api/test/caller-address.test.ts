import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { callerAddress, networkOf } from '../src/http/caller-address.ts';

interface Given {
  readonly forwarded: string | undefined;
  readonly proxyCount: number;
}

function addressOf({ forwarded, proxyCount }: Given): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const request = { headers, socket: { remoteAddress: '10.0.0.1' } };
  return callerAddress(request as unknown as IncomingMessage, proxyCount);
}

describe('the address of a caller', () => {
  test.each([
    [
      'without a proxy is its own, whatever it says',
      { forwarded: '1.1.1.1', proxyCount: 0 },
      '10.0.0.1',
    ],
    [
      'behind one is what that has heard',
      { forwarded: '6.6.6.6, 203.0.113.7', proxyCount: 1 },
      '203.0.113.7',
    ],
    [
      'behind two is what the first has heard',
      { forwarded: '6.6.6.6, 203.0.113.7, 10.0.0.9', proxyCount: 2 },
      '203.0.113.7',
    ],
    [
      'behind one that says nothing is the proxy',
      { forwarded: undefined, proxyCount: 1 },
      '10.0.0.1',
    ],
    [
      'is never longer than an address',
      { forwarded: 'x'.repeat(1_000), proxyCount: 1 },
      '10.0.0.1',
    ],
    ['is not empty', { forwarded: 'a,', proxyCount: 1 }, '10.0.0.1'],
  ])('%s', (_, given, address) => {
    expect(addressOf(given)).toBe(address);
  });

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['no address', 'no address'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
