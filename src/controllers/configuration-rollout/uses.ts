// Which ConfigMaps and Secrets a pod template takes its configuration from: env, envFrom, volumes and projected volumes of all its containers.
// Pull secrets are no configuration of what runs. Pure.
import type { Container } from '../../api/kinds/core/v1/container.ts';
import type { PodSpec } from '../../api/kinds/core/v1/pod-spec.ts';

export interface Use {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Pods start without it. */
  readonly optional: boolean;
}

export const useKey = ({ kind, name }: Pick<Use, 'kind' | 'name'>, namespace: string): string =>
  `${kind}/${namespace}/${name}`;

interface Reference {
  readonly name?: string;
  readonly optional?: boolean;
}

/** Each once, in the order of kinds and names. One that is needed anywhere is needed. */
export function usesOf(spec: Readonly<PodSpec> | undefined): Use[] {
  const found = new Map<string, Use>();
  const add = (kind: Use['kind'], reference: Reference | undefined, name = reference?.name) => {
    if (!reference || !name) return;
    const key = `${kind}/${name}`;
    const optional = reference.optional === true && (found.get(key)?.optional ?? true);
    found.set(key, { kind, name, optional });
  };
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])])
    addContainer(container, add);
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    add('ConfigMap', configMap);
    add('Secret', secret, secret?.secretName);
    for (const source of projected?.sources ?? []) {
      add('ConfigMap', source.configMap);
      add('Secret', source.secret);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
}

function addContainer(
  { env = [], envFrom = [] }: Readonly<Container>,
  add: (kind: Use['kind'], reference: Reference | undefined) => void,
): void {
  for (const { valueFrom } of env) {
    add('ConfigMap', valueFrom?.configMapKeyRef);
    add('Secret', valueFrom?.secretKeyRef);
  }
  for (const { configMapRef, secretRef } of envFrom) {
    add('ConfigMap', configMapRef);
    add('Secret', secretRef);
  }
}
