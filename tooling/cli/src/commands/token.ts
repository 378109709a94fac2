import { tokenMint, UsageError } from '@holdfast/command';
import { type Role, roles } from '@holdfast/process';
import { Command, Option } from 'commander';
import { readEnv } from '../env.ts';
import { keptAuthSecret } from '../stack/local-state.ts';
import { helpAfter } from './help.ts';
import { lifetime, userName } from './options.ts';

interface TokenOptions {
  readonly role: Role;
  readonly user: string;
  readonly expiresIn: number;
}

/** The shortest AUTH_SECRET that the api accepts, in characters. */
const secretLengthMin = 32;

const about = `
Signs with AUTH_SECRET from the environment, else with the secret that pnpm
start keeps in .holdfast/. AUTH_ISSUER and AUTH_AUDIENCE count too (default:
holdfast). Only the token is printed.`;

const help = helpAfter(about, [
  ['pnpm --silent holdfast token', 'a user'],
  ['pnpm --silent holdfast token --role organizer --user ann', 'an organizer'],
]);

export function tokenCommand(): Command {
  const hour = lifetime('1h');
  return new Command('token')
    .description('Mint a token for development')
    .addOption(new Option('--role <role>', 'what the token may do').choices(roles).default('user'))
    .option('--user <id>', 'whose token it is', userName, 'developer')
    .option('--expires-in <time>', 'how long it is valid, like 15m, 1h or 7d', lifetime, hour)
    .addHelpText('after', help)
    .action(async (options: TokenOptions) => {
      process.stdout.write(`${await mintToken(options)}\n`);
    });
}

async function mintToken({ role, user: userId, expiresIn }: TokenOptions): Promise<string> {
  const { authSecret, authIssuer: issuer, authAudience: audience } = readEnv();
  const secret = authSecret ?? (await keptAuthSecret());
  if (secret === null) {
    throw new UsageError(
      'There is no secret to sign with. Set AUTH_SECRET to that of the api, or run pnpm start once, which makes one.',
    );
  }
  if (secret.length < secretLengthMin) {
    throw new UsageError(
      `AUTH_SECRET is shorter than ${secretLengthMin} characters. Make one: openssl rand -base64 32`,
    );
  }
  return tokenMint({ secret, issuer, audience })({ userId, role, expiresInSeconds: expiresIn });
}
