// LimitRanges of a namespace: sets default requests and limits of containers, and enforces minimum, maximum and ratio.
// Upstream: plugin/pkg/admission/limitranger.

import type { Container } from '../../../api/kinds/core/v1/container.ts';
import { LimitRange } from '../../../api/kinds/core/v1/limit-range.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { addAll } from '../../../kit/lists.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { limitErrors, podUsage } from './limit-checks.ts';

type Item = NonNullable<NonNullable<LimitRange['spec']>['limits']>[number];

export function limitRanger({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(LimitRange);
  const limitsOf = (namespace: string): Item[] =>
    cache.items(namespace).flatMap(({ object }) => object.spec?.limits ?? []);
  return {
    name: 'LimitRanger',
    admit(attributes) {
      if (attributes.operation !== 'CREATE' || !concerns(attributes, Pod)) return;
      const limits = limitsOf(attributes.namespace);
      if (attributes.object && limits.length > 0) fill(attributes.object, limits);
    },
    validate(attributes) {
      const errors = limitsOf(attributes.namespace).flatMap((item) => check(attributes, item));
      if (errors.length > 0)
        throw deny(attributes, errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`);
    },
  };
}

/** Pods are checked when they are created, claims also when they are updated: their requests can grow. */
function check(attributes: AdmissionAttributes, item: Item): string[] {
  if (concerns(attributes, PersistentVolumeClaim)) return claimErrors(attributes.object, item);
  return attributes.operation === 'CREATE' && concerns(attributes, Pod)
    ? podErrors(attributes.object, item)
    : [];
}

function claimErrors(claim: PersistentVolumeClaim | undefined, item: Item): string[] {
  if (!claim || item.type !== 'PersistentVolumeClaim') return [];
  return limitErrors(item, { requests: claim.spec?.resources?.requests ?? {}, limits: undefined });
}

function podErrors(pod: Pod | undefined, item: Item): string[] {
  const spec = pod?.spec;
  if (item.type === 'Pod') return limitErrors(item, podUsage(spec));
  if (item.type !== 'Container') return [];
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return containers.flatMap(({ resources }) =>
    limitErrors(item, { requests: resources?.requests ?? {}, limits: resources?.limits ?? {} }),
  );
}

const ANNOTATION = 'kubernetes.io/limit-ranger';

/** Sets missing requests and limits of containers to the defaults, and lists them in an annotation, as upstream. */
function fill(pod: Pod, limits: readonly Item[]): void {
  const done: string[] = [];
  for (const item of limits) {
    if (item.type !== 'Container') continue;
    for (const [kind, list] of [
      ['container', pod.spec?.containers],
      ['init container', pod.spec?.initContainers],
    ] as const)
      for (const container of list ?? []) addAll(done, fillContainer(container, item, kind));
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
