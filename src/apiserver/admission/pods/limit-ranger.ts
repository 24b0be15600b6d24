// Limit ranges of a namespace: what containers get when they ask for nothing, and how little or much may be asked for.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import { LimitRange } from '../../../api/kinds/core/v1/limit-range.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Attributes } from '../../registry/admission.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from '../plugin.ts';
import { limitErrors, podUsage } from './limit-checks.ts';

type Item = NonNullable<NonNullable<LimitRange['spec']>['limits']>[number];

export function limitRanger({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(LimitRange);
  const limitsOf = (namespace: string): Item[] =>
    cache.items(namespace).flatMap(({ object }) => objectAs<LimitRange>(object).spec?.limits ?? []);
  return {
    name: 'LimitRanger',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || resourceOf(attributes) !== 'pods') return;
      const limits = limitsOf(attributes.context.namespace);
      if (limits.length > 0) fill(objectAs<Pod>(attributes.object), limits);
    },
    validate(attributes) {
      const resource = resourceOf(attributes);
      if (attributes.operation === 'DELETE' || (resource !== 'pods' && resource !== 'persistentvolumeclaims'))
        return;
      if (attributes.operation === 'UPDATE' && resource === 'pods') return;
      const limits = limitsOf(attributes.context.namespace);
      if (limits.length === 0) return;
      const errors = limits.flatMap((item) => check(attributes, resource, item));
      if (errors.length > 0)
        throw deny(attributes, errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`);
    },
  };
}

function check({ object }: Attributes, resource: string, item: Item): string[] {
  if (resource === 'persistentvolumeclaims') {
    if (item.type !== 'PersistentVolumeClaim') return [];
    const { requests } = objectAs<PersistentVolumeClaim>(object).spec?.resources ?? {};
    return limitErrors(item, { requests: requests ?? {}, limits: undefined });
  }
  const { spec } = objectAs<Pod>(object);
  if (item.type === 'Pod') return limitErrors(item, podUsage(spec));
  if (item.type !== 'Container') return [];
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return containers.flatMap(({ resources }) =>
    limitErrors(item, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
  );
}

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Gives containers the default requests and limits that they lack, and notes it in an annotation. */
function fill(pod: Pod, limits: readonly Item[]): void {
  const done: string[] = [];
  for (const item of limits) {
    if (item.type !== 'Container') continue;
    for (const [kind, list] of [
      ['container', pod.spec?.containers],
      ['init container', pod.spec?.initContainers],
    ] as const)
      for (const container of list ?? []) done.push(...fillContainer(container, item, kind));
  }
  if (done.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${done.join('; ')}`,
  };
}

function fillContainer(container: Container, item: Item, kind: string): string[] {
  const done: string[] = [];
  for (const [field, word, values] of [
    ['requests', 'request', item.defaultRequest],
    ['limits', 'limit', item.default],
  ] as const) {
    const given = container.resources?.[field] ?? {};
    const added = Object.entries(values ?? {}).filter(([name]) => given[name] === undefined);
    if (added.length === 0) continue;
    container.resources = { ...container.resources, [field]: { ...given, ...Object.fromEntries(added) } };
    done.push(
      `${added
        .map(([name]) => name)
        .sort()
        .join(', ')} ${word} for ${kind} ${container.name}`,
    );
  }
  return done;
}
