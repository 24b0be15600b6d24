// Makes the ways to authenticate that the flags or the configuration file ask for; a changed file is taken up while the server runs.
// Called by cluster/ when one of them is given; not loaded otherwise. Upstream: pkg/kubeapiserver/authenticator/config.go.
import { readFileSync } from 'node:fs';
import type { User } from '../../request.ts';
import type { Anonymous } from '../authenticator.ts';
import type { ConfiguredAuthentication } from '../configured-authentication.ts';
import type { WebhookTokens } from '../tokens/webhook-tokens.ts';
import type { ConfiguredIssuers } from './configured-issuers.ts';
import { flagsProblem, hasIssuers, requestHeadersOf } from './flags.ts';
import type { AuthenticationOptions } from './options.ts';
import { parseTokenFile } from './token-file.ts';

export interface OpenAuthentication extends ConfiguredAuthentication {
  close(): void;
}

/** Milliseconds, as upstream. */
const WEBHOOK_TTL = 120_000;

/** Rejects if flags contradict one another or a file is missing or wrong. */
export async function openAuthentication(options: AuthenticationOptions): Promise<OpenAuthentication> {
  const { flags } = options;
  const problem = flagsProblem(flags);
  if (problem) throw new Error(problem);
  const webhook = await webhookOf(options);
  const staticTokens = staticTokensOf(options);
  const requestHeaders = requestHeadersOf(flags);
  const issuers = hasIssuers(flags) ? await openIssuers(options) : undefined;
  const anonymous = anonymousOf(options, issuers?.anonymous);
  return {
    staticTokens,
    tokens: [...(issuers ? [issuers.jwt] : []), ...(webhook ? [webhook] : [])],
    bootstrapTokens: flags.enableBootstrapTokenAuth ?? false,
    ...(requestHeaders && { requestHeaders }),
    anonymous,
    metrics: (serverId) => issuers?.metrics(serverId) ?? '',
    close() {
      issuers?.close();
      webhook?.close();
    },
  };
}

/** Expressions and all else that issuers need are loaded only for them. */
async function openIssuers(options: AuthenticationOptions): Promise<ConfiguredIssuers> {
  const { ConfiguredIssuers } = await import('./configured-issuers.ts');
  const issuers = new ConfiguredIssuers(options);
  await issuers.open();
  return issuers;
}

function anonymousOf(
  { flags, allowsAll, log }: AuthenticationOptions,
  configured: Anonymous | undefined,
): Anonymous {
  const anonymous = configured ?? { enabled: flags.anonymousAuth ?? true, paths: [] };
  if (!allowsAll || !anonymous.enabled) return anonymous;
  log.warn(
    'requests may not be anonymous with the authorizer AlwaysAllow: --anonymous-auth is taken as false',
  );
  return { enabled: false, paths: [] };
}

function staticTokensOf({ flags, log }: AuthenticationOptions): ReadonlyMap<string, User> {
  const { tokenAuthFile: file } = flags;
  return file ? parseTokenFile(readFileSync(file, 'utf8'), file, log) : new Map();
}

async function webhookOf(options: AuthenticationOptions): Promise<WebhookTokens | undefined> {
  const { flags, audiences, serverOf, clock, random } = options;
  const { authenticationTokenWebhookConfigFile: file, authenticationTokenWebhookVersion: version } = flags;
  if (!file) return undefined;
  const { WebhookTokens } = await import('../tokens/webhook-tokens.ts');
  return new WebhookTokens({
    server: serverOf(file),
    version: version === 'v1' ? 'v1' : 'v1beta1',
    ttl: flags.authenticationTokenWebhookCacheTtl ?? WEBHOOK_TTL,
    audiences,
    clock,
    random,
  });
}
