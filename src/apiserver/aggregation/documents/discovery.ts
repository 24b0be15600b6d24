// What another server tells about its resources: in its aggregated discovery document, or in the list of one version. Pure.
// Only the known fields are taken, with their types. Called by remote-documents.ts.
// Upstream: fetchFreshDiscoveryForService in kube-aggregator/pkg/apiserver/handler_discovery.go, and
// ConvertGroupVersionIntoToDiscovery in staging/src/k8s.io/apiserver/pkg/endpoints/installer.go.
import type {
  ResourceDiscovery,
  ResponseKind,
  SubresourceDiscovery,
} from '../../../api/discovery/version-discovery.ts';
import { type Json, listOf, objectOf, textOf, textsOf } from './shape.ts';

/** Resources of one version. The largest built-in group has about 20; those of a metrics server are one for each metric. */
const MAX_RESOURCES = 10_000;

/** Of one version in an APIGroupDiscoveryList; undefined if the list does not have it. */
export function resourcesIn(list: Json, group: string, version: string): ResourceDiscovery[] | undefined {
  const found = listOf(list.items)
    .map(objectOf)
    .filter(({ metadata }) => textOf(objectOf(metadata).name) === group)
    .flatMap(({ versions }) => listOf(versions).map(objectOf))
    .find((one) => one.version === version);
  return found && bounded(listOf(found.resources).map((one) => resourceOf(objectOf(one))));
}

function resourceOf(given: Json): ResourceDiscovery {
  const subresources = listOf(given.subresources).map((one) => subresourceOf(objectOf(one)));
  const resource = textOf(given.resource);
  return {
    resource,
    responseKind: kindOf(given.responseKind),
    scope: given.scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
    singularResource: textOf(given.singularResource),
    verbs: textsOf(given.verbs),
    ...namesOf(given),
    ...(subresources.length > 0 && { subresources }),
  };
}

const subresourceOf = (given: Json): SubresourceDiscovery => ({
  subresource: textOf(given.subresource),
  responseKind: kindOf(given.responseKind),
  verbs: textsOf(given.verbs),
});

function kindOf(value: unknown): ResponseKind {
  const { group, version, kind } = objectOf(value);
  return { group: textOf(group), version: textOf(version), kind: textOf(kind) };
}

function namesOf(given: Json): Pick<ResourceDiscovery, 'shortNames' | 'categories'> {
  const [shortNames, categories] = [textsOf(given.shortNames), textsOf(given.categories)];
  return { ...(shortNames.length > 0 && { shortNames }), ...(categories.length > 0 && { categories }) };
}

type Nested = ResourceDiscovery & { readonly subresources: SubresourceDiscovery[] };

/** Of an APIResourceList, in which subresources stand beside their resources. */
export function resourcesOfList(list: Json): ResourceDiscovery[] {
  const found = new Map<string, Nested>();
  for (const one of listOf(list.resources).map(objectOf)) {
    const [name = '', subresource] = textOf(one.name).split('/', 2);
    const parent = found.get(name);
    if (subresource === undefined)
      found.set(name, { ...listed(one, name), subresources: parent?.subresources ?? [] });
    else {
      const own = { subresource, responseKind: kindOf(one), verbs: textsOf(one.verbs) };
      if (parent) parent.subresources.push(own);
      else found.set(name, { ...missing(one, name), subresources: [own] });
    }
  }
  return bounded(
    [...found.values()].map(({ subresources, ...resource }) =>
      subresources.length > 0 ? { ...resource, subresources } : resource,
    ),
  );
}

const scopeOf = ({ namespaced }: Json) => (namespaced === true ? 'Namespaced' : 'Cluster');

const listed = (given: Json, resource: string): ResourceDiscovery => ({
  resource,
  responseKind: kindOf(given),
  scope: scopeOf(given),
  singularResource: textOf(given.singularName),
  verbs: textsOf(given.verbs),
  ...namesOf(given),
});

/** A resource of which only subresources are listed. */
const missing = (given: Json, resource: string): ResourceDiscovery => ({
  resource,
  responseKind: { group: '', version: '', kind: '' },
  scope: scopeOf(given),
  singularResource: '',
  verbs: [],
});

function bounded(resources: ResourceDiscovery[]): ResourceDiscovery[] {
  if (resources.length > MAX_RESOURCES) throw new Error(`more than ${MAX_RESOURCES} resources`);
  return resources;
}
