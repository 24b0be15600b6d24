// What stands in the way of the API itself: webhooks nobody answers for, and API servers that are not available. Pure.
import type { MutatingWebhookConfiguration } from '../../../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { ValidatingWebhookConfiguration } from '../../../../../api/kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import type { APIService } from '../../../../../api/kinds/apiregistration/v1/api-service.ts';
import { conditionOf } from '../../../../../api/meta/v1/conditions.ts';
import { nameOf } from '../../../../../api/meta/v1/object.ts';
import { type Finding, KINDS, type KindName, timeOf } from './finding.ts';
import type { Behind } from './services.ts';

export function apiServiceFinding(service: Readonly<APIService>): Finding | undefined {
  const available = conditionOf(service, 'Available');
  if (available?.status !== 'False') return undefined;
  const since = timeOf(available.lastTransitionTime);
  return {
    ...{ of: KINDS.APIService, name: nameOf(service), severity: 'bad' },
    reason: available.reason ?? 'Unavailable',
    message: available.message ?? '',
    ...(since !== undefined && { since }),
  };
}

type Configuration = Readonly<ValidatingWebhookConfiguration | MutatingWebhookConfiguration>;
type Webhook = NonNullable<Configuration['webhooks']>[number];

/** `services`: those that exist, by `namespace/name`. */
export function webhookFindings(
  configuration: Configuration,
  of: KindName,
  services: ReadonlySet<string>,
  behind: ReadonlyMap<string, Behind>,
): Finding[] {
  return (configuration.webhooks ?? []).flatMap((webhook): Finding[] => {
    const service = webhook.clientConfig?.service;
    if (!service) return [];
    const key = `${service.namespace}/${service.name}`;
    const trouble = !services.has(key)
      ? `its Service ${key} does not exist`
      : (behind.get(key)?.ready ?? 0) === 0
        ? `its Service ${key} has no ready endpoint`
        : undefined;
    if (!trouble) return [];
    const isRefusing = webhook.failurePolicy !== 'Ignore';
    const effect = isRefusing ? `requests to ${reach(webhook)} fail` : 'it is skipped';
    return [
      {
        ...{ of, name: nameOf(configuration), severity: isRefusing ? 'bad' : 'warn' },
        ...{ reason: 'WebhookUnreachable', message: `${webhook.name}: ${trouble}; ${effect}` },
      },
    ];
  });
}

/** What the webhook is asked about. */
function reach({ rules = [] }: Webhook): string {
  const resources = [...new Set(rules.flatMap((rule) => rule.resources ?? []))];
  return resources.some((resource) => resource === '*' || resource === '*/*') || resources.length === 0
    ? 'all resources that it matches'
    : resources.slice(0, 4).join(', ') + (resources.length > 4 ? ', …' : '');
}
