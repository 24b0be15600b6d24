// The authorizers that kube-apiserver's flags ask for, without a configuration file. Called by open-authorization.ts.
// Upstream: pkg/kubeapiserver/options/authorization.go.
import {
  AUTHORIZED_TTL,
  type ConfiguredAuthorizer,
  MODES,
  type Mode,
  UNAUTHORIZED_TTL,
  type WebhookSettings,
} from './configuration.ts';

/** Comments name kube-apiserver's flags. */
export interface AuthorizationFlags {
  /** --authorization-config */
  readonly authorizationConfig?: string;
  /** --authorization-mode */
  readonly authorizationMode?: readonly string[];
  /** --authorization-policy-file */
  readonly authorizationPolicyFile?: string;
  /** --authorization-webhook-config-file */
  readonly authorizationWebhookConfigFile?: string;
  /** --authorization-webhook-version */
  readonly authorizationWebhookVersion?: string;
  /** --authorization-webhook-cache-authorized-ttl and -unauthorized-ttl, milliseconds. */
  readonly authorizationWebhookCacheAuthorizedTtl?: number;
  readonly authorizationWebhookCacheUnauthorizedTtl?: number;
}

/** Whether there are flags that contradict a configuration file. */
export const hasOlderFlags = (flags: AuthorizationFlags): boolean =>
  [
    flags.authorizationMode,
    flags.authorizationWebhookConfigFile,
    flags.authorizationWebhookVersion,
    flags.authorizationWebhookCacheAuthorizedTtl,
    flags.authorizationWebhookCacheUnauthorizedTtl,
  ].some((flag) => flag !== undefined);

/** Milliseconds. */
const TIMEOUT = 30_000;

/** Throws an Error if the flags contradict one another. */
export function ofFlags(flags: AuthorizationFlags): ConfiguredAuthorizer[] {
  const { authorizationMode: modes = ['Node', 'RBAC'], authorizationWebhookConfigFile: webhook } = flags;
  const problem = flagsProblem(modes, flags);
  if (problem) throw new Error(problem);
  return modes.map((mode) =>
    mode === 'Webhook'
      ? { type: mode, name: 'default', webhook: settingsOf(webhook!, flags) }
      : { type: mode as Exclude<Mode, 'Webhook'>, name: mode.toLowerCase() },
  );
}

const settingsOf = (kubeConfigFile: string, flags: AuthorizationFlags): WebhookSettings => ({
  kubeConfigFile,
  version: (flags.authorizationWebhookVersion ?? 'v1beta1') as WebhookSettings['version'],
  authorizedTtl: flags.authorizationWebhookCacheAuthorizedTtl ?? AUTHORIZED_TTL,
  unauthorizedTtl: flags.authorizationWebhookCacheUnauthorizedTtl ?? UNAUTHORIZED_TTL,
  timeout: TIMEOUT,
  failurePolicy: 'NoOpinion',
  conditions: [],
});

function flagsProblem(modes: readonly string[], flags: AuthorizationFlags): string | undefined {
  const { authorizationPolicyFile: policies, authorizationWebhookConfigFile: webhook } = flags;
  const { authorizationWebhookVersion: version = 'v1beta1' } = flags;
  const unknown = modes.find((mode) => !MODES.some((known) => known === mode));
  if (unknown !== undefined) return `authorization-mode ${JSON.stringify(unknown)} is not a valid mode`;
  if (modes.includes('ABAC') && !policies)
    return "authorization-mode ABAC's authorization policy file not passed";
  if (modes.includes('Webhook') && !webhook)
    return "authorization-mode Webhook's authorization config file not passed";
  if (policies && !modes.includes('ABAC'))
    return 'cannot specify --authorization-policy-file without mode ABAC';
  if (webhook && !modes.includes('Webhook'))
    return 'cannot specify --authorization-webhook-config-file without mode Webhook';
  if (new Set(modes).size < modes.length)
    return `authorization-mode [${modes.map((mode) => JSON.stringify(mode)).join(' ')}] has mode specified more than once`;
  if (version !== 'v1' && version !== 'v1beta1')
    return `unsupported webhook authorizer version ${JSON.stringify(version)}, supported versions are "v1", "v1beta1"`;
  return undefined;
}
