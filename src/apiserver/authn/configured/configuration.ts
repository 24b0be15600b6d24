// What may be wrong with an AuthenticationConfiguration, and what it means: issuers with their expressions compiled, and whether
// requests may be anonymous. Pure. Called by open-authentication.ts.
// Upstream: ValidateAuthenticationConfiguration in staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go.

import { joinedErrors, readConfiguration } from '../../../api/codec/configuration-file.ts';
import { duplicate, type FieldError, invalid, tooMany } from '../../../api/validation/field.ts';
import {
  type AnonymousAuthConfig,
  AuthenticationConfiguration,
  type JWTAuthenticator,
} from '../../configuration/authentication.ts';
import type { JwtSettings } from '../oidc/settings.ts';
import { readIssuer } from './issuer-rules.ts';
import { readMappings } from './mapping-rules.ts';
import { readClaimRules, readUserRules } from './validation-rules.ts';

export interface Authentication {
  readonly issuers: readonly JwtSettings[];
  /** Undefined: the flag decides. */
  readonly anonymous?: AnonymousAuthConfig;
}

const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`);
const MOST_ISSUERS = 64;

/** Throws an Error in upstream's words. `disallowed` are the issuers of service accounts' tokens. */
export function parseAuthentication(text: string, disallowed: readonly string[]): Authentication {
  const configuration = readConfiguration(
    AuthenticationConfiguration,
    'AuthenticationConfiguration',
    VERSIONS,
    text,
  );
  return settled(configuration, disallowed);
}

export function settled(
  configuration: AuthenticationConfiguration,
  disallowed: readonly string[],
): Authentication {
  const { jwt = [], anonymous } = configuration;
  const { errors, issuers } = readIssuers(jwt, disallowed);
  if (anonymous && !anonymous.enabled && anonymous.conditions?.length)
    errors.push(
      invalid(
        'anonymous.conditions',
        anonymous.conditions,
        'enabled should be set to true when conditions are defined',
      ),
    );
  const problem = joinedErrors(errors);
  if (problem) throw new Error(problem);
  return { issuers, ...(anonymous && { anonymous }) };
}

function readIssuers(
  jwt: readonly JWTAuthenticator[],
  disallowed: readonly string[],
): { readonly errors: FieldError[]; readonly issuers: JwtSettings[] } {
  const errors: FieldError[] = [];
  const issuers: JwtSettings[] = [];
  if (jwt.length > MOST_ISSUERS) return { errors: [tooMany('jwt', jwt.length, MOST_ISSUERS)], issuers };
  const urls = new Set<string>();
  const discovered = new Set<string>();
  for (const [i, one] of jwt.entries()) {
    const path = `jwt[${i}]`;
    issuers.push(readOne(one, path, disallowed, errors));
    const { url = '', discoveryURL } = one.issuer ?? {};
    if (urls.has(url)) errors.push(duplicate(`${path}.issuer.url`, url));
    urls.add(url);
    if (!discoveryURL) continue;
    if (discovered.has(discoveryURL)) errors.push(duplicate(`${path}.issuer.discoveryURL`, discoveryURL));
    discovered.add(discoveryURL);
  }
  return { errors, issuers };
}

/** Adds to `errors`; without any the settings are complete. */
function readOne(
  { issuer = {}, claimValidationRules = [], claimMappings = {}, userValidationRules = [] }: JWTAuthenticator,
  path: string,
  disallowed: readonly string[],
  errors: FieldError[],
): JwtSettings {
  const found = readIssuer(issuer, `${path}.issuer`, disallowed, errors);
  const claims = readClaimRules(claimValidationRules, `${path}.claimValidationRules`, errors);
  const expressions = claims.claimRules.map(({ expression }) => expression);
  const mappings = readMappings(claimMappings, `${path}.claimMappings`, expressions, errors);
  const userRules = readUserRules(userValidationRules, `${path}.userValidationRules`, errors);
  return { ...found, ...claims, ...mappings, userRules };
}
