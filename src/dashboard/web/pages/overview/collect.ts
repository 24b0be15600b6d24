// All findings, from everything that the overview looks at. Pure, given what the sources have now.
import { keyOf } from '../../../../api/meta/v1/object.ts';
import { type CertificateEnd, certificateFinding } from './findings/certificates.ts';
import { apiServiceFinding, webhookFindings } from './findings/extensions.ts';
import { bySeverity, type Finding, KINDS } from './findings/finding.ts';
import { nodeFindings } from './findings/nodes.ts';
import { quotaFinding } from './findings/quotas.ts';
import { endpointsBehind, serviceFinding } from './findings/services.ts';
import { claimFinding, volumeFinding } from './findings/storage.ts';
import {
  autoscalerFinding,
  daemonSetFinding,
  deploymentFinding,
  jobFinding,
  statefulSetFinding,
} from './findings/workloads.ts';
import type { Sources } from './sources.ts';

const found = <T>(items: readonly T[], find: (item: T) => Finding | undefined): Finding[] =>
  items.flatMap((item) => find(item) ?? []);

export function collect(
  sources: Sources,
  ofPods: readonly Finding[],
  certificates: readonly CertificateEnd[],
  now: number,
): Finding[] {
  const isKnown = (...names: ('slices' | 'services')[]) =>
    names.every((name) => sources[name].state.value !== 'refused' && sources[name].state.value !== 'loading');
  const behind = endpointsBehind(sources.slices.items.value);
  const services = sources.services.items.value;
  const names = new Set(services.map(keyOf));
  const classes = sources.classes.state.value === 'refused' ? undefined : sources.classes.items.value;
  const findings = [
    ...ofPods,
    ...sources.nodes.items.value.flatMap(nodeFindings),
    ...found(sources.deployments.items.value, deploymentFinding),
    ...found(sources.statefulSets.items.value, statefulSetFinding),
    ...found(sources.daemonSets.items.value, daemonSetFinding),
    ...found(sources.jobs.items.value, jobFinding),
    ...found(sources.autoscalers.items.value, autoscalerFinding),
    ...found(sources.claims.items.value, (claim) => claimFinding(claim, classes, now)),
    ...found(sources.volumes.items.value, volumeFinding),
    ...(isKnown('slices') ? found(services, (service) => serviceFinding(service, behind, now)) : []),
    ...found(sources.quotas.items.value, quotaFinding),
    ...found(sources.apiServices.items.value, apiServiceFinding),
    ...(isKnown('slices', 'services')
      ? [
          ...sources.validating.items.value.flatMap((each) =>
            webhookFindings(each, KINDS.ValidatingWebhookConfiguration, names, behind),
          ),
          ...sources.mutating.items.value.flatMap((each) =>
            webhookFindings(each, KINDS.MutatingWebhookConfiguration, names, behind),
          ),
        ]
      : []),
    ...found(certificates, (end) => certificateFinding(end, now)),
  ];
  return findings.sort(bySeverity);
}
