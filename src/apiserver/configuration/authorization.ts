// The fields of AuthorizationConfiguration (--authorization-config). Read by authz/configured/configuration.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/apis/apiserver/v1/types.go.
import { boolean, list, type Of, ref, string, struct } from '../../api/schema/notation.ts';

const PACKAGE = 'io.k8s.apiserver.pkg.apis.apiserver.v1';

const WebhookConnectionInfo = struct(`${PACKAGE}.WebhookConnectionInfo`, {
  type: string(0),
  kubeConfigFile: string(0),
});

const WebhookMatchCondition = struct(`${PACKAGE}.WebhookMatchCondition`, { expression: string(0) });

const WebhookConfiguration = struct(`${PACKAGE}.WebhookConfiguration`, {
  authorizedTTL: string(0),
  cacheAuthorizedRequests: boolean(0),
  unauthorizedTTL: string(0),
  cacheUnauthorizedRequests: boolean(0),
  timeout: string(0),
  subjectAccessReviewVersion: string(0),
  matchConditionSubjectAccessReviewVersion: string(0),
  failurePolicy: string(0),
  connectionInfo: ref(0, WebhookConnectionInfo),
  matchConditions: list(0, WebhookMatchCondition),
});
export interface WebhookConfiguration extends Of<typeof WebhookConfiguration> {}

const AuthorizerConfiguration = struct(`${PACKAGE}.AuthorizerConfiguration`, {
  type: string(0),
  name: string(0),
  webhook: ref(0, WebhookConfiguration),
});
export interface AuthorizerConfiguration extends Of<typeof AuthorizerConfiguration> {}

export const AuthorizationConfiguration = struct(`${PACKAGE}.AuthorizationConfiguration`, {
  apiVersion: string(0),
  kind: string(0),
  authorizers: list(0, AuthorizerConfiguration),
});
export interface AuthorizationConfiguration extends Of<typeof AuthorizationConfiguration> {}
