// The kinds that the rules of a policy name, with their types: built-in ones are known, others are described by the server's
// OpenAPI documents. Upstream: typesToCheck in apiserver/pkg/admission/plugin/policy/validating/typechecking.go.
import { customType, kindType } from '../../api/cel/schema/kind-type.ts';
import type { Type } from '../../api/cel/types/type.ts';
import type { MatchResources, ParamKind } from '../../api/kinds/admissionregistration/v1/matching.ts';
import { apiVersionOf } from '../../api/meta/v1/resource.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { GroupVersionKind, OpenApiDocument } from '../../client/rest/openapi.ts';

export interface TypedKind extends GroupVersionKind {
  readonly type: Type;
}

export type OpenApi = (group: string, version: string) => Promise<OpenApiDocument | undefined>;

/** Kinds of one rule that are checked at most. */
const MOST_KINDS = 10;

/** By group, version and kind. Rules with wildcards name nothing. */
export async function kindsOf(resources: MatchResources | undefined, openApi: OpenApi): Promise<TypedKind[]> {
  const found = new Map<string, TypedKind>();
  for (const rule of resources?.resourceRules ?? []) {
    const kinds: TypedKind[] = [];
    for (const [group, version, resource] of namesOf(rule)) {
      if (kinds.length >= MOST_KINDS) break;
      const kind = await kindOf(group, version, resource, openApi);
      if (kind) kinds.push(kind);
    }
    for (const kind of kinds) found.set(JSON.stringify([kind.group, kind.version, kind.kind]), kind);
  }
  return [...found.values()].sort(
    (a, b) => order(a.group, b.group) || order(a.version, b.version) || order(a.kind, b.kind),
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Rule = NonNullable<MatchResources['resourceRules']>[number];

function* namesOf({
  apiGroups = [],
  apiVersions = [],
  resources = [],
}: Rule): Generator<[string, string, string]> {
  if ([...apiGroups, ...apiVersions].some((name) => name.includes('*'))) return;
  const named = resources.filter((name) => !/[*/]/.test(name));
  for (const group of [...apiGroups].sort())
    for (const version of [...apiVersions].sort())
      for (const resource of [...named].sort()) yield [group, version, resource];
}

async function kindOf(
  group: string,
  version: string,
  resource: string,
  openApi: OpenApi,
): Promise<TypedKind | undefined> {
  const known = builtInKinds.find(
    ({ resource: of }) => of.group === group && of.version === version && of.plural === resource,
  );
  if (known) return { group, version, kind: known.resource.kind, type: kindType(known) };
  const document = await openApi(group, version);
  const at = `/apis/${group}/${version}`;
  const path = document?.paths?.[`${at}/${resource}`];
  const kind = path?.get?.['x-kubernetes-group-version-kind']?.kind;
  return kind === undefined ? undefined : described(document, group, version, kind);
}

/** Undefined if nothing is known of it. */
export async function paramType(
  { apiVersion = '', kind = '' }: ParamKind,
  openApi: OpenApi,
): Promise<Type | undefined> {
  const known = builtInKinds.find(
    ({ resource }) => apiVersionOf(resource) === apiVersion && resource.kind === kind,
  );
  if (known) return kindType(known);
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return described(await openApi(group, version), group, version, kind)?.type;
}

function described(
  document: OpenApiDocument | undefined,
  group: string,
  version: string,
  kind: string,
): TypedKind | undefined {
  const schema = Object.values(document?.components?.schemas ?? {}).find((one) =>
    one['x-kubernetes-group-version-kind']?.some(
      (gvk) => gvk.group === group && gvk.version === version && gvk.kind === kind,
    ),
  );
  const type = schema && customType(kind, schema);
  return type && { group, version, kind, type };
}
