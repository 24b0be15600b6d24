// The parameter objects of a binding. Upstream: CollectParams in
// staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go.
import type { ParamKind, ParamRef } from '../../../api/kinds/admissionregistration/v1/matching.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import { StoredResource } from '../../registry/stored/stored-resource.ts';

/** Why a policy or binding cannot be applied; its failure policy decides. */
export class ConfigurationError extends Error {}

/** The stored resource of a kind. */
export function paramResource(resources: ResourceTable, kind: ParamKind): StoredResource {
  const found = resources.kinds().find(isOf(kind))?.resource;
  const resource = found && resources.get(found.group, found.version, found.plural);
  if (resource instanceof StoredResource) return resource;
  const [group = '', version = ''] = (kind.apiVersion ?? '').includes('/')
    ? (kind.apiVersion ?? '').split('/')
    : ['', kind.apiVersion];
  const shown = `${group}/${version}, Kind=${kind.kind}`;
  throw new ConfigurationError(
    `failed to find resource referenced by paramKind: '${shown.startsWith('/') ? `/${version}, Kind=${kind.kind}` : shown}'`,
  );
}

/** One evaluation for each; [null] without parameters. Empty: the binding does not apply. */
export function collectParams(
  resources: ResourceTable,
  kind: ParamKind | undefined,
  ref: ParamRef | undefined,
  namespace: string,
): readonly (KubeObject | null)[] {
  if (!kind || !ref) return [null];
  const { cache, kind: found } = paramResource(resources, kind);
  const namespaced = found.resource.namespaced;
  if (!namespaced && ref.namespace)
    throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  const where = namespaced ? ref.namespace || namespace : '';
  if (namespaced && where === '')
    throw new ConfigurationError(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  const params = select(ref, cache, where);
  if (params.length === 0 && ref.parameterNotFoundAction === 'Deny')
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  return params;
}

/** Undefined unless a webhook has to convert parameters before they can be collected. */
export function paramsReady(
  resources: ResourceTable,
  kind: ParamKind | undefined,
  ref: ParamRef | undefined,
  namespace: string,
): Promise<void> | undefined {
  const found = kind && ref && resources.kinds().find(isOf(kind));
  const resource =
    found && resources.get(found.resource.group, found.resource.version, found.resource.plural);
  if (!(resource instanceof StoredResource) || !resource.cache.isRemote) return undefined;
  const { cache } = resource;
  const where = found?.resource.namespaced ? ref?.namespace || namespace : '';
  const one = ref?.name ? cache.entry(where, ref.name) : undefined;
  return cache.ready(ref?.name ? (one ? [one] : []) : cache.entries(where || undefined));
}

const isOf =
  (kind: ParamKind) =>
  ({ resource }: AnyResource): boolean =>
    apiVersionOf(resource) === kind.apiVersion && resource.kind === kind.kind;

function select(ref: ParamRef, cache: StoredResource['cache'], namespace: string): KubeObject[] {
  if (ref.name) {
    const item = cache.get(namespace, ref.name);
    return item ? [item.object] : [];
  }
  if (!ref.selector) throw new ConfigurationError('one of name or selector must be provided');
  const selector = labelSelectorOf(ref.selector);
  return cache
    .items(namespace || undefined)
    .filter(({ labels }) => selector.matches(labels))
    .map(({ object }) => object);
}
