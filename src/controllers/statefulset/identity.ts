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

export const claimName = (template: PersistentVolumeClaim, pod: string): string =>
  `${template.metadata.name}-${pod}`;

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
    [POD_NAME]: name,
    [POD_INDEX]: String(ordinal),
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

/** The claims to create for a pod. Without an owner reference: they outlive pod and set, and hold its data. */
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
