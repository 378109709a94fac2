import { type Role, roles } from '@holdfast/process';
import { Command, Option } from 'commander';
import { readEnv } from '../env.ts';
import { UsageError } from '../failure.ts';
import { helpAfter } from '../help.ts';
import { keptAuthSecret } from '../local-state.ts';
import { lifetime, userName } from '../options.ts';
import { secretLengthMin, tokenMint } from '../token.ts';

export interface TokenOptions {
  readonly role: Role;
  readonly user: string;
  readonly expiresIn: number;
}

const about = `
Signs with AUTH_SECRET from the environment, else with the secret that pnpm
start keeps in .holdfast/. AUTH_ISSUER and AUTH_AUDIENCE count too (default:
holdfast). Only the token is printed.`;

export function tokenCommand(): Command {
  return new Command('token')
    .description('Mint a token for development')
    .addOption(new Option('--role <role>', 'what the token may do').choices(roles).default('user'))
    .option('--user <id>', 'whose token it is', userName, 'developer')
    .option(
      '--expires-in <time>',
      'how long it is valid, like 15m, 1h or 7d',
      lifetime,
      lifetime('1h'),
    )
    .addHelpText(
      'after',
      helpAfter({
        about,
        examples: [
          { command: 'pnpm --silent holdfast token', says: 'a user' },
          {
            command: 'pnpm --silent holdfast token --role organizer --user ann',
            says: 'an organizer',
          },
        ],
      }),
    )
    .action(async (options: TokenOptions) => {
      process.stdout.write(`${await mintToken(options)}\n`);
    });
}

async function mintToken({ role, user, expiresIn }: TokenOptions): Promise<string> {
  const { authSecret, authIssuer: issuer, authAudience: audience } = readEnv();
  const secret = authSecret ?? (await keptAuthSecret());
  if (secret === null) {
    throw new UsageError(
      'There is nothing to sign with. Set AUTH_SECRET to that of the api, or run pnpm start once, which makes one.',
    );
  }
  if (secret.length < secretLengthMin) {
    throw new UsageError(
      `AUTH_SECRET is shorter than ${secretLengthMin} characters. Make one: openssl rand -base64 32`,
    );
  }
  return tokenMint({ secret, issuer, audience })({
    userId: user,
    role,
    expiresInSeconds: expiresIn,
  });
}
