// What may be wrong with an AuthorizationConfiguration, and what it means: the authorizers in their order, match conditions
// compiled. Pure but for a look at the kubeconfig files that it names. Called by open-authorization.ts.
// Upstream: ValidateAuthorizationConfiguration in staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation/validation.go and
// LoadAndValidateData in pkg/kubeapiserver/authorizer/config.go.

import { statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { joinedErrors, readConfiguration } from '../../../api/codec/configuration-file.ts';
import { durationText } from '../../../api/meta/v1/duration.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../../api/validation/field.ts';
import { isDNS1123Subdomain } from '../../../api/validation/names.ts';
import {
  AuthorizationConfiguration,
  type AuthorizerConfiguration,
  type WebhookConfiguration,
} from '../../configuration/authorization.ts';
import { milliseconds } from '../../configuration/duration.ts';
import { type Condition, compileConditions } from './match-conditions.ts';

export const MODES = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'] as const;
export type Mode = (typeof MODES)[number];

export interface WebhookSettings {
  /** Milliseconds; 0: answers are not kept. */
  readonly authorizedTtl: number;
  readonly unauthorizedTtl: number;
  readonly timeout: number;
  readonly version: 'v1' | 'v1beta1';
  readonly failurePolicy: 'NoOpinion' | 'Deny';
  readonly kubeConfigFile: string;
  readonly conditions: readonly Condition[];
}

export type ConfiguredAuthorizer =
  | { readonly type: Exclude<Mode, 'Webhook'>; readonly name: string }
  | { readonly type: 'Webhook'; readonly name: string; readonly webhook: WebhookSettings };

const VERSIONS = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`);
/** Milliseconds. */
export const AUTHORIZED_TTL = 5 * 60_000;
export const UNAUTHORIZED_TTL = 30_000;
const LONGEST_TIMEOUT = 30_000;
const MOST_CONDITIONS = 64;

/** Throws an Error in upstream's words. `needed` are the types that the server has started with: they must stay. */
export function parseAuthorization(text: string, needed: readonly string[]): ConfiguredAuthorizer[] {
  let configuration: AuthorizationConfiguration;
  try {
    configuration = readConfiguration(
      AuthorizationConfiguration,
      'AuthorizationConfiguration',
      VERSIONS,
      text,
    );
  } catch (error) {
    throw new Error(
      `failed to load AuthorizationConfiguration from file: ${error instanceof Error ? error.message : error}`,
    );
  }
  const { authorizers = [] } = configuration;
  const problem = joinedErrors(validated(authorizers)) ?? misnamed(authorizers, needed);
  if (problem) throw new Error(problem);
  return authorizers.map(settled);
}

function validated(authorizers: readonly AuthorizerConfiguration[]): FieldError[] {
  if (authorizers.length === 0)
    return [required('authorizers', 'at least one authorization mode must be defined')];
  const types = new Set<string>();
  const names = new Set<string>();
  return authorizers.flatMap(({ type = '', name = '', webhook }, i) => {
    const path = `authorizers[${i}]`;
    if (!type) return [required(`${path}.type`)];
    if (!MODES.some((mode) => mode === type)) return [notSupported(`${path}.type`, type, [...MODES].sort())];
    if (types.has(type) && type !== 'Webhook') return [duplicate(`${path}.type`, type)];
    types.add(type);
    const errors = nameErrors(name, `${path}.name`, names);
    names.add(name);
    if (type === 'Webhook')
      return webhook
        ? [...errors, ...webhookErrors(webhook, path)]
        : [...errors, required(`${path}.webhook`, 'required when type=Webhook')];
    if (webhook)
      errors.push(invalid(`${path}.webhook`, 'non-null', 'may only be specified when type=Webhook'));
    return errors;
  });
}

function nameErrors(name: string, path: string, seen: ReadonlySet<string>): FieldError[] {
  if (!name) return [required(path)];
  if (seen.has(name)) return [duplicate(path, name)];
  const complaints = isDNS1123Subdomain(name);
  return complaints.length > 0
    ? [invalid(path, name, `authorizer name is invalid: ${complaints.join(', ')}`)]
    : [];
}

function webhookErrors(webhook: WebhookConfiguration, path: string): FieldError[] {
  return [
    ...durationErrors(webhook.timeout, `${path}.timeout`, undefined, LONGEST_TIMEOUT),
    ...durationErrors(webhook.authorizedTTL, `${path}.authorizedTTL`, AUTHORIZED_TTL),
    ...durationErrors(webhook.unauthorizedTTL, `${path}.unauthorizedTTL`, UNAUTHORIZED_TTL),
    ...choiceErrors(webhook.subjectAccessReviewVersion, `${path}.subjectAccessReviewVersion`, [
      'v1',
      'v1beta1',
    ]),
    ...conditionVersionErrors(webhook, `${path}.matchConditionSubjectAccessReviewVersion`),
    ...choiceErrors(webhook.failurePolicy, `${path}.failurePolicy`, ['NoOpinion', 'Deny']),
    ...connectionErrors(webhook.connectionInfo ?? {}, `${path}.connectionInfo`),
    ...conditionErrors(webhook.matchConditions ?? [], `${path}.matchConditions`),
  ];
}

function durationErrors(
  text: string | undefined,
  path: string,
  assumed: number | undefined,
  most = Number.POSITIVE_INFINITY,
): FieldError[] {
  let ms: number;
  try {
    ms = text ? milliseconds(text) : 0;
  } catch (error) {
    return [invalid(path, text, error instanceof Error ? error.message : String(error))];
  }
  if (ms === 0) return assumed === undefined ? [required(path)] : [];
  if (ms > 0 && ms <= most) return [];
  const limit = most === Number.POSITIVE_INFINITY ? '' : ` and <= ${most / 1000}s`;
  return [invalid(path, durationText(ms), `must be > 0s${limit}`)];
}

const choiceErrors = (value: string | undefined, path: string, choices: readonly string[]): FieldError[] => {
  if (!value) return [required(path)];
  return choices.includes(value) ? [] : [notSupported(path, value, choices)];
};

function conditionVersionErrors(
  { matchConditionSubjectAccessReviewVersion: version, matchConditions = [] }: WebhookConfiguration,
  path: string,
): FieldError[] {
  if (!version)
    return matchConditions.length > 0 ? [required(path, 'required if match conditions are specified')] : [];
  return version === 'v1' ? [] : [notSupported(path, version, ['v1'])];
}

function connectionErrors(
  { type, kubeConfigFile }: NonNullable<WebhookConfiguration['connectionInfo']>,
  path: string,
): FieldError[] {
  const at = `${path}.kubeConfigFile`;
  if (!type) return [required(`${path}.type`)];
  // Of other servers: this one would ask itself. Upstream says so of kube-apiserver, and does not check it.
  if (type === 'InClusterConfig')
    return kubeConfigFile === undefined
      ? [invalid(`${path}.type`, type, 'not allowed for kube-apiserver')]
      : [invalid(at, kubeConfigFile, 'can only be set when type=KubeConfigFile')];
  if (type !== 'KubeConfigFile')
    return [notSupported(`${path}.type`, type, ['InClusterConfig', 'KubeConfigFile'])];
  if (!kubeConfigFile) return [required(at)];
  if (!isAbsolute(kubeConfigFile)) return [invalid(at, kubeConfigFile, 'must be an absolute path')];
  const found = statSync(kubeConfigFile, { throwIfNoEntry: false });
  if (!found)
    return [
      invalid(at, kubeConfigFile, `error loading file: stat ${kubeConfigFile}: no such file or directory`),
    ];
  return found.isFile() ? [] : [invalid(at, kubeConfigFile, 'must be a regular file')];
}

function conditionErrors(
  conditions: NonNullable<WebhookConfiguration['matchConditions']>,
  path: string,
): FieldError[] {
  if (conditions.length > MOST_CONDITIONS) return [tooMany(path, conditions.length, MOST_CONDITIONS)];
  const seen = new Set<string>();
  return conditions.flatMap(({ expression = '' }, i) => {
    const at = `${path}[${i}].expression`;
    if (expression.trim() === '') return [required(at)];
    if (seen.has(expression)) return [duplicate(at, expression)];
    seen.add(expression);
    const made = compileConditions([expression]);
    return 'error' in made ? [invalid(at, expression, made.error)] : [];
  });
}

/** What only kube-apiserver asks for: names by the type, and no type less than before. */
function misnamed(
  authorizers: readonly AuthorizerConfiguration[],
  needed: readonly string[],
): string | undefined {
  const others = authorizers.filter(({ type }) => type !== 'Webhook');
  const problems = others
    .filter(({ type = '', name }) => name !== type.toLowerCase())
    .map(
      ({ type = '', name }) =>
        `expected name ${type.toLowerCase()} for authorizer ${type} instead of ${name}`,
    );
  const missing = needed.filter((type) => !others.some((one) => one.type === type));
  if (missing.length > 0) problems.push(`missing required types: [${[...missing].sort().join(' ')}]`);
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0];
}

/** Of a valid configuration. */
function settled({ type, name = '', webhook }: AuthorizerConfiguration): ConfiguredAuthorizer {
  if (type !== 'Webhook' || !webhook) return { type: type as Exclude<Mode, 'Webhook'>, name };
  const { cacheAuthorizedRequests = true, cacheUnauthorizedRequests = true } = webhook;
  const ttl = (text: string | undefined, assumed: number) => (text && milliseconds(text)) || assumed;
  const made = compileConditions((webhook.matchConditions ?? []).map(({ expression = '' }) => expression));
  return {
    type,
    name,
    webhook: {
      authorizedTtl: cacheAuthorizedRequests ? ttl(webhook.authorizedTTL, AUTHORIZED_TTL) : 0,
      unauthorizedTtl: cacheUnauthorizedRequests ? ttl(webhook.unauthorizedTTL, UNAUTHORIZED_TTL) : 0,
      timeout: milliseconds(webhook.timeout!),
      version: webhook.subjectAccessReviewVersion as WebhookSettings['version'],
      failurePolicy: webhook.failurePolicy as WebhookSettings['failurePolicy'],
      kubeConfigFile: webhook.connectionInfo!.kubeConfigFile!,
      conditions: 'error' in made ? [] : made.conditions,
    },
  };
}
