import { wholeNumber } from '@holdfast/cli/parts';
import { Option } from 'commander';

const patienceMsMin = 100;
const patienceMsMax = 30_000;

/** For rehearsals in which callers hear nothing: below REQUEST_TIMEOUT_MS they send again what is still under way. */
export function patienceOption(): Option {
  return new Option(
    '--patience <ms>',
    "how long a client waits for an attempt (default: 10000, the client's own)",
  ).argParser(wholeNumber(patienceMsMin, patienceMsMax));
}
