// Validates the configurations of admission webhooks. Called through rule-book.ts. An update may leave what an older version of the
// API accepted. Upstream: validateValidatingWebhookConfiguration and its like in k8s.io/kubernetes
// pkg/apis/admissionregistration/validation.
import type { Steps } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
} from '../../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type {
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { MOST_CAUSES } from '../../status/status-error.ts';
import { complaints, duplicate, type FieldError, invalid, notSupported, required } from '../field.ts';
import { validateLabelSelector } from '../labels.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../names.ts';
import type { Rules } from '../rules.ts';
import { validateWebhookService, validateWebhookUrl } from '../webhook-clients.ts';
import { compilerFor } from './expressions.ts';
import { validateMatchConditions, validateRule } from './matching.ts';

type Webhook = ValidatingWebhook & Partial<Pick<MutatingWebhook, 'reinvocationPolicy'>>;
type Webhooks = readonly Webhook[];

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const MATCH_POLICIES = ['Equivalent', 'Exact'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
/** Of AdmissionReview. */
const VERSIONS = ['v1', 'v1beta1'];

interface Requirements {
  readonly noSideEffects: boolean;
  readonly knownVersion: boolean;
  readonly uniqueNames: boolean;
  readonly conditions: boolean;
}

const ALL: Requirements = { noSideEffects: true, knownVersion: true, uniqueNames: true, conditions: true };

/** What the old webhooks do not meet is not required of the new ones; conditions that did not change are not compiled again. */
function requirementsAfter(old: Webhooks, webhooks: Webhooks): Requirements {
  const conditions = (all: Webhooks) => JSON.stringify(all.map(({ matchConditions }) => matchConditions));
  return {
    noSideEffects: old.every(({ sideEffects }) => NO_SIDE_EFFECTS.includes(sideEffects)),
    knownVersion: old.every(({ admissionReviewVersions }) => hasKnownVersion(admissionReviewVersions ?? [])),
    uniqueNames: new Set(old.map(({ name }) => name)).size === old.length,
    conditions: conditions(webhooks) !== conditions(old),
  };
}

const hasKnownVersion = (versions: readonly string[]): boolean =>
  versions.length === 0 || versions.some((version) => VERSIONS.includes(version));

export const webhookConfigurationRules: Rules<ValidatingWebhookConfiguration & MutatingWebhookConfiguration> =
  {
    createInSteps: ({ webhooks = [] }) => webhookErrors(webhooks, ALL),
    updateInSteps: ({ webhooks = [] }, { webhooks: old = [] }) =>
      webhookErrors(webhooks, requirementsAfter(old, webhooks)),
  };

/** Webhooks behind those with as many errors as are reported are not looked at: there may be 60,000. */
function* webhookErrors(webhooks: Webhooks, requirements: Requirements): Steps<FieldError[]> {
  const compiler = compilerFor({ params: false, authorizer: true }, false);
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, webhook] of webhooks.entries()) {
    if (errors.length >= MOST_CAUSES) break;
    const path = `webhooks[${i}]`;
    addAll(errors, validateWebhook(webhook, path, requirements));
    if (requirements.conditions)
      addAll(
        errors,
        yield* validateMatchConditions(webhook.matchConditions, () => compiler, `${path}.matchConditions`),
      );
    addAll(errors, validateVersions(webhook, `${path}.admissionReviewVersions`, requirements));
    const { name } = webhook;
    if (requirements.uniqueNames && name && names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    yield;
  }
  return errors;
}

function validateWebhook(webhook: Webhook, path: string, { noSideEffects }: Requirements): FieldError[] {
  const { rules = [], timeoutSeconds, namespaceSelector, objectSelector, sideEffects } = webhook;
  const errors = validateName(webhook.name, `${path}.name`);
  const oneOf = (key: 'failurePolicy' | 'matchPolicy' | 'reinvocationPolicy', known: readonly string[]) => {
    const value = webhook[key];
    if (value !== undefined && !known.includes(value))
      errors.push(notSupported(`${path}.${key}`, value, known));
  };
  for (const [i, rule] of rules.entries()) {
    if (errors.length >= MOST_CAUSES) return errors;
    addAll(errors, validateRule(rule, `${path}.rules[${i}]`));
  }
  oneOf('failurePolicy', FAILURE_POLICIES);
  oneOf('matchPolicy', MATCH_POLICIES);
  const allowed = noSideEffects ? NO_SIDE_EFFECTS : SIDE_EFFECTS;
  if (sideEffects === undefined)
    errors.push(required(`${path}.sideEffects`, `must specify one of ${allowed.join(', ')}`));
  else if (!allowed.includes(sideEffects))
    errors.push(notSupported(`${path}.sideEffects`, sideEffects, allowed));
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) {
    const why = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalid(`${path}.timeoutSeconds`, timeoutSeconds, why));
  }
  addAll(errors, validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`));
  addAll(errors, validateLabelSelector(objectSelector, `${path}.objectSelector`));
  oneOf('reinvocationPolicy', REINVOCATION_POLICIES);
  addAll(errors, validateClient(webhook, `${path}.clientConfig`));
  return errors;
}

function validateName(name: string, path: string): FieldError[] {
  if (!name) return [required(path)];
  const texts = isDNS1123Subdomain(name);
  if (texts.length > 0) return [invalid(path, name, texts.join(','))];
  const why = 'should be a domain with at least three segments separated by dots';
  return name.split('.').length < 3 ? [invalid(path, name, why)] : [];
}

function validateClient({ clientConfig: { url, service } = {} }: Webhook, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [required(path, 'exactly one of url or service is required')];
  return url !== undefined
    ? validateWebhookUrl(`${path}.url`, url)
    : validateWebhookService(`${path}.service`, service!);
}

function validateVersions(
  { admissionReviewVersions: versions }: Webhook,
  path: string,
  { knownVersion }: Requirements,
): FieldError[] {
  if (!versions?.length) return [required(path, `must specify one of ${VERSIONS.join(', ')}`)];
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(`${path}[${i}]`, version, 'duplicate version'));
    else addAll(errors, complaints(`${path}[${i}]`, version, isDNS1035Label(version)));
    seen.add(version);
    if (errors.length >= MOST_CAUSES) return errors;
  }
  if (knownVersion && !hasKnownVersion(versions))
    errors.push(invalid(path, versions, `must include at least one of ${VERSIONS.join(', ')}`));
  return errors;
}
