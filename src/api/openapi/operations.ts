// All requests that the kinds of one group and version support, in neither version of OpenAPI. Used by v3.ts and v2.ts.

import { subresourceKind, subresourcesOf } from '../discovery/documents.ts';
import { TokenRequest } from '../kinds/authentication/v1/token-request.ts';
import { Scale } from '../kinds/autoscaling/v1/scale.ts';
import { Eviction } from '../kinds/policy/v1/eviction.ts';
import { DeleteOptions } from '../meta/v1/delete-options.ts';
import { APIResourceList } from '../meta/v1/discovery.ts';
import { listOfKind } from '../meta/v1/list.ts';
import { type AnyResource, allVerbs, type Subresource } from '../meta/v1/resource.ts';
import { Status } from '../meta/v1/status.ts';
import type { StructType } from '../schema/notation.ts';
import { type GroupVersion, type GroupVersionKind, gvkOf } from './group-version.ts';
import {
  connecting,
  deleting,
  listing,
  type Parameter,
  patching,
  reading,
  selecting,
  writing,
} from './parameters.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';

export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly id: string;
  readonly description: string;
  /** x-kubernetes-action; none for discovery. */
  readonly action?: string;
  readonly kind?: GroupVersionKind;
  readonly query: readonly Parameter[];
  readonly body?: { readonly schema: StructType | 'patch'; readonly required: boolean };
  /** Streams and logs have no schema. */
  readonly answer: StructType | 'text';
  readonly codes: readonly number[];
  readonly streams?: boolean;
  /** Set for custom kinds, which have no strategic merge patch and take JSON and YAML only. */
  readonly custom?: boolean;
}

const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];
const CUSTOM_PATCHES = PATCHES.filter((type) => !type.includes('strategic'));

/** The media types of an operation's body. kubectl chooses the type of its patches by them. */
export function consumed({ body, custom }: Operation): readonly string[] {
  if (body?.schema === 'patch') return custom ? CUSTOM_PATCHES : PATCHES;
  return custom ? ['application/json', 'application/yaml'] : ['*/*'];
}

/** Kinds that are never stored, by the name that subresources use. */
const travelling: Readonly<Record<string, StructType>> = {
  'autoscaling/v1/Scale': Scale,
  'policy/v1/Eviction': Eviction,
  'authentication.k8s.io/v1/TokenRequest': TokenRequest,
};

export const rootPath = ({ group, version }: Pick<GroupVersion, 'group' | 'version'>): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `RbacAuthorization` of rbac.authorization.k8s.io. */
const groupTitle = (group: string): string =>
  (group || 'core')
    .replace(/\.k8s\.io$/, '')
    .split('.')
    .map(capital)
    .join('');

export function tagOf({ group, version }: Pick<GroupVersion, 'group' | 'version'>): string {
  const title = groupTitle(group);
  return `${title.charAt(0).toLowerCase()}${title.slice(1)}_${version}`;
}

export function operationsOf(groupVersion: GroupVersion): Operation[] {
  const prefix = groupTitle(groupVersion.group) + capital(groupVersion.version);
  const discovery: Operation = {
    path: `${rootPath(groupVersion)}/`,
    method: 'get',
    id: `get${prefix}APIResources`,
    description: 'get available resources',
    query: [],
    answer: APIResourceList,
    codes: [200],
  };
  return [
    discovery,
    ...groupVersion.kinds.flatMap((kind) => [
      ...collectionOperations(kind, prefix),
      ...itemOperations(kind, prefix),
      ...subresourceOperations(kind, prefix, groupVersion),
    ]),
  ];
}

/** `a Pod`, `an Event`, `Endpoints`. */
function one({ resource: { kind, plural } }: AnyResource): string {
  if (kind.toLowerCase() === plural) return kind;
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

const verbsOf = ({ resource }: AnyResource): readonly string[] => resource.verbs ?? allVerbs;

function collectionPath({ resource }: AnyResource): string {
  return `${rootPath(resource)}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}`;
}

/** Namespaces themselves are addressed as /namespaces/{name}. */
const itemPath = (kind: AnyResource): string => `${collectionPath(kind)}/{name}`;

function collectionOperations(kind: AnyResource, prefix: string): Operation[] {
  const { resource } = kind;
  const verbs = verbsOf(kind);
  const path = collectionPath(kind);
  const subject = (resource.namespaced ? 'Namespaced' : '') + resource.kind;
  const common = { path, kind: gvkOf(kind), ...isCustom(kind) };
  const list = (id: string, where: string): Operation => ({
    ...common,
    path: where,
    method: 'get',
    action: 'list',
    id,
    description: `list ${verbs.includes('watch') ? 'or watch ' : ''}objects of kind ${resource.kind}`,
    query: listing,
    answer: listOfKind(kind),
    codes: [200],
    streams: true,
  });
  const all: [string, Operation][] = [
    ['list', list(`list${prefix}${subject}`, path)],
    [
      'create',
      {
        ...common,
        method: 'post',
        action: 'post',
        id: `create${prefix}${subject}`,
        description: `create ${one(kind)}`,
        query: writing,
        body: { schema: kind, required: true },
        answer: kind,
        codes: [200, 201, 202],
      },
    ],
    [
      'deletecollection',
      {
        ...common,
        method: 'delete',
        action: 'deletecollection',
        id: `delete${prefix}Collection${subject}`,
        description: `delete collection of ${resource.kind}`,
        query: [...deleting, ...selecting],
        body: { schema: DeleteOptions, required: false },
        answer: Status,
        codes: [200],
      },
    ],
  ];
  const everywhere = list(
    `list${prefix}${resource.kind}ForAllNamespaces`,
    `${rootPath(resource)}/${resource.plural}`,
  );
  if (resource.namespaced) all.push(['list', everywhere]);
  return all.filter(([verb]) => verbs.includes(verb)).map(([, operation]) => operation);
}

function itemOperations(kind: AnyResource, prefix: string): Operation[] {
  const { resource } = kind;
  const name = `${prefix}${resource.namespaced ? 'Namespaced' : ''}${resource.kind}`;
  const common = { path: itemPath(kind), kind: gvkOf(kind), ...isCustom(kind) };
  const verbs = verbsOf(kind);
  const remove: Operation = {
    ...common,
    method: 'delete',
    action: 'delete',
    id: `delete${name}`,
    description: `delete ${one(kind)}`,
    query: deleting,
    body: { schema: DeleteOptions, required: false },
    answer: deletedForm(kind),
    codes: [200, 202],
  };
  const changes = changing(common, name, verbs, kind, `the specified ${resource.kind}`);
  return verbs.includes('delete') ? [...changes, remove] : changes;
}

/** For these, DELETE returns the deleted object. */
const returned = new Set([
  'Pod',
  'PodTemplate',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'Service',
  'ServiceAccount',
  'StorageClass',
  'VolumeAttachment',
  'VolumeAttributesClass',
  'CSINode',
  'CSIDriver',
  'DeviceClass',
  'ResourceClaim',
  'ResourceClaimTemplate',
  'ResourceSlice',
]);
const deletedForm = (kind: AnyResource): StructType => (returned.has(kind.resource.kind) ? kind : Status);

type Common = Pick<Operation, 'path' | 'custom'> & { readonly kind: GroupVersionKind };

const isCustom = (kind: AnyResource) => (kind.custom ? { custom: true } : {});

/** GET, PUT and PATCH of one object or one subresource. */
function changing(
  common: Common,
  name: string,
  verbs: readonly string[],
  schema: StructType,
  what: string,
): Operation[] {
  const out: Operation[] = [];
  const written = { answer: schema, codes: [200, 201] };
  if (verbs.includes('get')) {
    const id = `read${name}`;
    const description = `read ${what}`;
    out.push({
      ...common,
      method: 'get',
      action: 'get',
      id,
      description,
      query: [],
      answer: schema,
      codes: [200],
    });
  }
  if (verbs.includes('update')) {
    const body = { schema, required: true };
    const id = `replace${name}`;
    const description = `replace ${what}`;
    out.push({ ...common, ...written, method: 'put', action: 'put', id, description, query: writing, body });
  }
  if (verbs.includes('patch')) {
    const body = { schema: 'patch' as const, required: true };
    const id = `patch${name}`;
    const description = `partially update ${what}`;
    out.push({
      ...common,
      ...written,
      method: 'patch',
      action: 'patch',
      id,
      description,
      query: patching,
      body,
    });
  }
  return out;
}

function subresourceOperations(kind: AnyResource, prefix: string, within: GroupVersion): Operation[] {
  return subresourcesOf(kind.resource).flatMap(([name, subresource]) =>
    subresource.kind.endsWith('Options')
      ? connectOperations(kind, prefix, name, subresource)
      : plainSubresource(kind, prefix, name, subresource, within),
  );
}

function plainSubresource(
  kind: AnyResource,
  prefix: string,
  name: string,
  subresource: Subresource,
  within: GroupVersion,
): Operation[] {
  const { resource } = kind;
  const own = subresourceKind(subresource);
  const schema =
    travelling[subresource.kind] ??
    within.kinds.find((candidate) => candidate.resource.kind === own.kind) ??
    kind;
  const gvk = own.version ? own : { ...gvkOf(kind), kind: own.kind };
  const id = `${prefix}${resource.namespaced ? 'Namespaced' : ''}${resource.kind}${capital(name)}`;
  const common = { path: `${itemPath(kind)}/${name}`, kind: gvk, ...isCustom(kind) };
  const what = `${name} of the specified ${resource.kind}`;
  if (name === 'log') {
    const query = reading.log ?? [];
    const read = { id: `read${id}`, description: `read ${what}`, query, answer: 'text' as const };
    return [{ ...common, ...read, method: 'get', action: 'get', codes: [200] }];
  }
  const changes = changing(common, id, subresource.verbs, schema, what);
  if (!subresource.verbs.includes('create')) return changes;
  const create: Operation = {
    ...common,
    method: 'post',
    action: 'post',
    id: `create${id}`,
    description: `create ${name} of ${one(kind)}`,
    query: writing,
    body: { schema, required: true },
    answer: schema,
    codes: [200, 201, 202],
  };
  return [...changes, create];
}

const methodsOf: Readonly<Record<string, readonly Method[]>> = {
  proxy: ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'],
};

function connectOperations(
  kind: AnyResource,
  prefix: string,
  name: string,
  subresource: Subresource,
): Operation[] {
  const { resource } = kind;
  const path = `${itemPath(kind)}/${name}`;
  const tail = `${resource.namespaced ? 'Namespaced' : ''}${resource.kind}${capital(name)}`;
  const connect = (method: Method, where: string, suffix: string): Operation => ({
    path: where,
    method,
    action: 'connect',
    kind: { ...gvkOf(kind), kind: subresource.kind },
    id: `connect${prefix}${capital(method)}${tail}${suffix}`,
    description: `connect ${method.toUpperCase()} requests to ${name} of ${resource.kind}`,
    query: connecting[name] ?? [],
    answer: 'text',
    codes: [200],
  });
  return (methodsOf[name] ?? ['get', 'post']).flatMap((method) => [
    connect(method, path, ''),
    ...(name === 'proxy' ? [connect(method, `${path}/{path}`, 'WithPath')] : []),
  ]);
}
