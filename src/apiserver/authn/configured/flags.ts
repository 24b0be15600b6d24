// kube-apiserver's flags for authentication, and what may be wrong with them. Called by open-authentication.ts.
// Upstream: pkg/kubeapiserver/options/authentication.go and apiserver/pkg/server/options/authentication.go.
import { readFileSync } from 'node:fs';
import type { AuthenticationConfiguration, JWTAuthenticator } from '../../configuration/authentication.ts';
import { ALL_ALGORITHMS } from '../oidc/json-web-token.ts';
import type { RequestHeaderOptions } from '../request-headers.ts';

/** Names are those of the flags. */
export interface AuthenticationFlags {
  readonly authenticationConfig?: string;
  readonly anonymousAuth?: boolean;
  readonly tokenAuthFile?: string;
  readonly enableBootstrapTokenAuth?: boolean;
  readonly authenticationTokenWebhookConfigFile?: string;
  readonly authenticationTokenWebhookVersion?: string;
  /** Milliseconds. */
  readonly authenticationTokenWebhookCacheTtl?: number;
  readonly oidcIssuerUrl?: string;
  readonly oidcClientId?: string;
  readonly oidcCaFile?: string;
  readonly oidcUsernameClaim?: string;
  readonly oidcUsernamePrefix?: string;
  readonly oidcGroupsClaim?: string;
  readonly oidcGroupsPrefix?: string;
  readonly oidcSigningAlgs?: readonly string[];
  /** KEY=VALUE */
  readonly oidcRequiredClaim?: readonly string[];
  readonly requestheaderClientCaFile?: string;
  readonly requestheaderAllowedNames?: readonly string[];
  readonly requestheaderUsernameHeaders?: readonly string[];
  readonly requestheaderUidHeaders?: readonly string[];
  readonly requestheaderGroupHeaders?: readonly string[];
  readonly requestheaderExtraHeadersPrefix?: readonly string[];
}

const hasOidcFlags = (flags: AuthenticationFlags): boolean =>
  Object.entries(flags).some(([name, value]) => name.startsWith('oidc') && value !== undefined);

export const hasIssuers = (flags: AuthenticationFlags): boolean =>
  flags.authenticationConfig !== undefined || flags.oidcIssuerUrl !== undefined;

/** As one line; undefined if nothing is. */
export function flagsProblem(flags: AuthenticationFlags): string | undefined {
  const { authenticationConfig, oidcIssuerUrl, oidcClientId, oidcSigningAlgs = [] } = flags;
  const { authenticationTokenWebhookVersion: version = 'v1' } = flags;
  if (authenticationConfig && hasOidcFlags(flags))
    return 'authentication-config file and oidc-* flags are mutually exclusive';
  if (hasOidcFlags(flags) && !(oidcIssuerUrl && oidcClientId))
    return 'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set';
  const unknown = oidcSigningAlgs.find((one) => !ALL_ALGORITHMS.includes(one));
  if (unknown !== undefined) return `oidc: unsupported signing alg: ${JSON.stringify(unknown)}`;
  const unpaired = flags.oidcRequiredClaim?.find((one) => !one.includes('='));
  if (unpaired !== undefined) return `malformed pair, expect string=string`;
  if (version !== 'v1' && version !== 'v1beta1')
    return `unsupported authentication webhook version ${JSON.stringify(version)}, supported versions are "v1", "v1beta1"`;
  return undefined;
}

/** The configuration that the --oidc-* flags mean; nothing without them. */
export function configurationOf(flags: AuthenticationFlags): AuthenticationConfiguration {
  const { oidcIssuerUrl: url, oidcClientId: client, oidcCaFile: ca } = flags;
  if (!url || !client) return {};
  const { oidcUsernameClaim: claim = 'sub', oidcUsernamePrefix, oidcGroupsClaim: groups } = flags;
  const jwt: JWTAuthenticator = {
    issuer: {
      url,
      audiences: [client],
      ...(ca && { certificateAuthority: readFileSync(ca, 'utf8') }),
    },
    claimMappings: {
      username: { claim, prefix: usernamePrefix(oidcUsernamePrefix, claim, url) },
      ...(groups && { groups: { claim: groups, prefix: flags.oidcGroupsPrefix ?? '' } }),
    },
    claimValidationRules: (flags.oidcRequiredClaim ?? []).map((pair) => {
      const at = pair.indexOf('=');
      return { claim: pair.slice(0, at), requiredValue: pair.slice(at + 1) };
    }),
  };
  return { jwt: [jwt] };
}

/** Names other than addresses of mail are unique to their issuer only; "-" means no prefix. */
function usernamePrefix(given: string | undefined, claim: string, issuer: string): string {
  if (!given) return claim === 'email' ? '' : `${issuer}#`;
  return given === '-' ? '' : given;
}

/** Undefined without the authority of front proxies. */
export function requestHeadersOf(flags: AuthenticationFlags): RequestHeaderOptions | undefined {
  const { requestheaderClientCaFile: file } = flags;
  if (!file) return undefined;
  return {
    clientCa: readFileSync(file, 'utf8'),
    allowedNames: flags.requestheaderAllowedNames ?? [],
    usernameHeaders: flags.requestheaderUsernameHeaders ?? ['x-remote-user'],
    uidHeaders: flags.requestheaderUidHeaders ?? [],
    groupHeaders: flags.requestheaderGroupHeaders ?? ['x-remote-group'],
    extraHeaderPrefixes: flags.requestheaderExtraHeadersPrefix ?? ['x-remote-extra-'],
  };
}
