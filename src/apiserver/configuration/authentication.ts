// The fields of AuthenticationConfiguration (--authentication-config). Read by authn/configured/configuration.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/apis/apiserver/v1/types.go.
import { boolean, list, type Of, ref, string, struct, text } from '../../api/schema/notation.ts';

const PACKAGE = 'io.k8s.apiserver.pkg.apis.apiserver.v1';

const Issuer = struct(`${PACKAGE}.Issuer`, {
  url: string(0),
  discoveryURL: string(0),
  certificateAuthority: string(0),
  audiences: list(0, text),
  audienceMatchPolicy: string(0),
  egressSelectorType: string(0),
});
export interface Issuer extends Of<typeof Issuer> {}

const ClaimValidationRule = struct(`${PACKAGE}.ClaimValidationRule`, {
  claim: string(0),
  requiredValue: string(0),
  expression: string(0),
  message: string(0),
});
export interface ClaimValidationRule extends Of<typeof ClaimValidationRule> {}

/** An empty prefix is not the same as none. */
const PrefixedClaimOrExpression = struct(`${PACKAGE}.PrefixedClaimOrExpression`, {
  claim: string(0),
  prefix: string(0, { emit: 'if-set' }),
  expression: string(0),
});
export interface PrefixedClaimOrExpression extends Of<typeof PrefixedClaimOrExpression> {}

const ClaimOrExpression = struct(`${PACKAGE}.ClaimOrExpression`, {
  claim: string(0),
  expression: string(0),
});

const ExtraMapping = struct(`${PACKAGE}.ExtraMapping`, { key: string(0), valueExpression: string(0) });

const ClaimMappings = struct(`${PACKAGE}.ClaimMappings`, {
  username: ref(0, PrefixedClaimOrExpression),
  groups: ref(0, PrefixedClaimOrExpression),
  uid: ref(0, ClaimOrExpression),
  extra: list(0, ExtraMapping),
});
export interface ClaimMappings extends Of<typeof ClaimMappings> {}

const UserValidationRule = struct(`${PACKAGE}.UserValidationRule`, {
  expression: string(0),
  message: string(0),
});
export interface UserValidationRule extends Of<typeof UserValidationRule> {}

const JWTAuthenticator = struct(`${PACKAGE}.JWTAuthenticator`, {
  issuer: ref(0, Issuer),
  claimValidationRules: list(0, ClaimValidationRule),
  claimMappings: ref(0, ClaimMappings),
  userValidationRules: list(0, UserValidationRule),
});
export interface JWTAuthenticator extends Of<typeof JWTAuthenticator> {}

const AnonymousAuthCondition = struct(`${PACKAGE}.AnonymousAuthCondition`, { path: string(0) });

const AnonymousAuthConfig = struct(`${PACKAGE}.AnonymousAuthConfig`, {
  enabled: boolean(0),
  conditions: list(0, AnonymousAuthCondition),
});
export interface AnonymousAuthConfig extends Of<typeof AnonymousAuthConfig> {}

export const AuthenticationConfiguration = struct(`${PACKAGE}.AuthenticationConfiguration`, {
  apiVersion: string(0),
  kind: string(0),
  jwt: list(0, JWTAuthenticator),
  anonymous: ref(0, AnonymousAuthConfig),
});
export interface AuthenticationConfiguration extends Of<typeof AuthenticationConfiguration> {}
