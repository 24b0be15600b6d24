// The identity of a stateful set's pod: ordinal, name, labels and claims. Pure.
import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { labelsOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import { REVISION_HASH } from '../framework/history/revisions.ts';
import { podFromTemplate } from '../framework/pods/pod-control.ts';

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

export const startOf = (set: Readonly<StatefulSet>): number => set.spec?.ordinals?.start ?? 0;

/** The pod's ordinal in the set; undefined if its name is not NAME-ORDINAL. */
export function ordinalOf(set: Readonly<StatefulSet>, pod: Readonly<Pod>): number | undefined {
  const prefix = `${nameOf(set)}-`;
  const rest = nameOf(pod).startsWith(prefix) ? nameOf(pod).slice(prefix.length) : '';
  return /^(0|[1-9]\d*)$/.test(rest) ? Number(rest) : undefined;
}

/** The ordinal is one of those that spec.replicas asks for. */
export function isWanted(set: Readonly<StatefulSet>, pod: Readonly<Pod>): boolean {
  const place = (ordinalOf(set, pod) ?? -1) - startOf(set);
  return place >= 0 && place < (set.spec?.replicas ?? 1);
}

/** The label that Services of a single pod select. */
export const isLabelled = (pod: Readonly<Pod>): boolean => labelsOf(pod)[POD_NAME] === nameOf(pod);

export const identityLabels = (name: string, ordinal: number): Record<string, string> => ({
  [POD_NAME]: name,
  [POD_INDEX]: String(ordinal),
});

export const claimName = (template: PersistentVolumeClaim, pod: string): string =>
  `${template.metadata.name}-${pod}`;

/** A pod of the set may have a claim of the name. */
export const mayClaim = (set: Readonly<StatefulSet>, claim: string): boolean =>
  (set.spec?.volumeClaimTemplates ?? []).some((template) =>
    claim.startsWith(`${claimName(template, nameOf(set))}-`),
  );

/** The pod of one ordinal, from the template of one revision. */
export function podOf(
  set: Readonly<StatefulSet>,
  template: Readonly<PodTemplateSpec>,
  revision: string,
  ordinal: number,
  owner: OwnerReference,
): Pod {
  const name = `${nameOf(set)}-${ordinal}`;
  const pod = podFromTemplate(template, namespaceOf(set), nameOf(set), owner);
  delete pod.metadata.generateName;
  pod.metadata.name = name;
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...identityLabels(name, ordinal),
    [REVISION_HASH]: revision,
  };
  // A volume of the template that has the name of a claim template is replaced by the claim.
  const claims = set.spec?.volumeClaimTemplates ?? [];
  const claimed = claims.map((claim) => ({
    name: claim.metadata.name!,
    persistentVolumeClaim: { claimName: claimName(claim, name), readOnly: false },
  }));
  const others = (pod.spec?.volumes ?? []).filter(
    (volume) => !claimed.some((claim) => claim.name === volume.name),
  );
  const volumes = [...claimed, ...others];
  pod.spec = {
    ...pod.spec!,
    hostname: name,
    ...(set.spec?.serviceName && { subdomain: set.spec.serviceName }),
    ...(volumes.length > 0 && { volumes }),
  };
  return pod;
}

/** The claims to create for a pod. Who owns them says retention.ts, once they and the pod exist. */
export function claimsOf(set: Readonly<StatefulSet>, pod: Readonly<Pod>): PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: claimName(template, nameOf(pod)),
      namespace: namespaceOf(set),
      labels: { ...labelsOf(template), ...set.spec?.selector.matchLabels },
      ...(template.metadata.annotations && { annotations: template.metadata.annotations }),
    },
    ...(template.spec && { spec: template.spec }),
  }));
}

export const revisionOf = (pod: Readonly<Pod>): string => labelsOf(pod)[REVISION_HASH] ?? '';
