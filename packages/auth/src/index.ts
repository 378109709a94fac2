/** Who calls: bearer tokens, checked with a shared secret or with the keys that an issuer publishes. */
export { authenticationFrom, authFields, authRules, warnOfOpenDoors } from './auth-settings.ts';
export { type Authenticate, createAuthenticate } from './authenticate.ts';
export { AuthFault } from './faults.ts';
export { tellRefusedTokens } from './tell-refused-tokens.ts';
export type { User } from './user.ts';
export type { TokenKeys } from './verify-token.ts';
