// The ways to authenticate of an API server, from its flags; nothing of them is loaded without flags. Used by the control plane and
// by `tiphys apiserver`.
import type { AuthenticationFlags } from '../../apiserver/authn/configured/flags.ts';
import type { OpenAuthentication } from '../../apiserver/authn/configured/open-authentication.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import type { Tools } from './authorization.ts';

/** kubeadm's, and so this project's, issuer of service accounts' tokens. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** What authentication has to know of other flags. */
export interface TokenFlags {
  readonly serviceAccountIssuer?: readonly string[];
  readonly serviceAccountJwksUri?: string;
  /** Milliseconds. */
  readonly serviceAccountMaxTokenExpiration?: number;
  readonly serviceAccountExtendTokenExpiration?: boolean;
  readonly apiAudiences?: readonly string[];
  readonly authorizationMode?: readonly string[];
}

/** Undefined without flags. */
export async function authenticationOf(
  flags: AuthenticationFlags & TokenFlags,
  { clock, random, log }: Tools,
): Promise<OpenAuthentication | undefined> {
  const allowsAll = flags.authorizationMode?.includes('AlwaysAllow') ?? false;
  const given = Object.entries(flags).filter(([name, value]) => name in FLAGS && value !== undefined);
  if (given.length === 0 && !allowsAll) return undefined;
  const [{ openAuthentication }, { remoteServer }] = await Promise.all([
    import('../../apiserver/authn/configured/open-authentication.ts'),
    import('./remote-server.ts'),
  ]);
  const issuers = flags.serviceAccountIssuer ?? [ISSUER];
  try {
    return await openAuthentication({
      flags: Object.fromEntries(given),
      audiences: flags.apiAudiences ?? issuers,
      serviceAccountIssuers: issuers,
      allowsAll,
      serverOf: remoteServer,
      clock,
      random,
      log: log.child('authentication'),
    });
  } catch (error) {
    throw new UserError(`authentication: ${messageOf(error)}`);
  }
}

/** As upstream says it; undefined if nothing is wrong. */
export function issuerProblem({ serviceAccountIssuer = [], serviceAccountJwksUri: keys }: TokenFlags) {
  const seen = new Set<string>();
  for (const issuer of serviceAccountIssuer) {
    if (issuer === '') return 'service-account-issuer should not be an empty string';
    if (issuer.includes(':') && !URL.canParse(issuer))
      return `service-account-issuer ${JSON.stringify(issuer)} contained a ':' but was not a valid URL`;
    if (seen.has(issuer)) return `service-account-issuer ${JSON.stringify(issuer)} is already specified`;
    seen.add(issuer);
  }
  if (keys === undefined) return undefined;
  if (!URL.canParse(keys)) return 'service-account-jwks-uri must be a valid URL';
  return keys.startsWith('https:')
    ? undefined
    : `service-account-jwks-uri requires https scheme, parsed as: ${keys}`;
}

const FLAGS: Readonly<Record<keyof AuthenticationFlags, true>> = {
  authenticationConfig: true,
  anonymousAuth: true,
  tokenAuthFile: true,
  enableBootstrapTokenAuth: true,
  authenticationTokenWebhookConfigFile: true,
  authenticationTokenWebhookVersion: true,
  authenticationTokenWebhookCacheTtl: true,
  oidcIssuerUrl: true,
  oidcClientId: true,
  oidcCaFile: true,
  oidcUsernameClaim: true,
  oidcUsernamePrefix: true,
  oidcGroupsClaim: true,
  oidcGroupsPrefix: true,
  oidcSigningAlgs: true,
  oidcRequiredClaim: true,
  requestheaderClientCaFile: true,
  requestheaderAllowedNames: true,
  requestheaderUsernameHeaders: true,
  requestheaderUidHeaders: true,
  requestheaderGroupHeaders: true,
  requestheaderExtraHeadersPrefix: true,
};
