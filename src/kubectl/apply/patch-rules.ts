// How the fields of a kind merge: by our own definition of the kind; where a field is newer than that, or the kind is, by the OpenAPI
// document of the server. Called by patcher.ts, and by edit.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { openApiRules, type PatchRules } from '../../api/patch/diff/rules.ts';
import { getKey, isObject, type JsonObject } from '../../api/patch/json.ts';
import { apiVersionOf, type Mapping } from '../discovery/served.ts';
import type { Requests } from '../session/requests.ts';

const STRATEGIC = 'application/strategic-merge-patch+json';

/** Undefined for custom kinds, and for kinds that are newer than this program. */
export async function builtInKind({
  group,
  version,
  kind,
}: Pick<Mapping, 'group' | 'version' | 'kind'>): Promise<AnyResource | undefined> {
  if (!mayBeBuiltIn(group)) return undefined;
  const { builtInScheme } = await import('./built-in-scheme.ts');
  return builtInScheme.kind(apiVersionOf({ group, version }), kind);
}

/** Groups of custom kinds are domains of their makers. */
export const mayBeBuiltIn = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io');

/** Undefined where the server takes no strategic merge patch for the kind. */
export async function rulesOfServer(requests: Requests, mapping: Mapping): Promise<PatchRules | undefined> {
  const document = await documentOf(requests, mapping);
  const schemas = objectAt(document, 'components', 'schemas');
  if (!schemas || !takesStrategic(document, mapping)) return undefined;
  for (const [name, schema] of Object.entries(schemas))
    if (isObject(schema) && isOf(schema['x-kubernetes-group-version-kind'], mapping))
      return openApiRules(schema, schemas, name.slice(name.lastIndexOf('.') + 1));
  return undefined;
}

async function documentOf(requests: Requests, mapping: Mapping): Promise<JsonObject | undefined> {
  const key = mapping.group ? `apis/${mapping.group}/${mapping.version}` : `api/${mapping.version}`;
  const index = await requests.json<JsonObject>({ path: '/openapi/v3' });
  const path = objectAt(index, 'paths', key)?.serverRelativeURL;
  return typeof path === 'string' ? requests.json<JsonObject>({ path }) : undefined;
}

function takesStrategic(document: JsonObject | undefined, mapping: Mapping): boolean {
  const paths = objectAt(document, 'paths') ?? {};
  return Object.values(paths).some((path) => {
    const patch = isObject(path) ? getKey(path, 'patch') : undefined;
    return (
      isObject(patch) &&
      isOf(patch['x-kubernetes-group-version-kind'], mapping) &&
      objectAt(patch, 'requestBody', 'content', STRATEGIC) !== undefined
    );
  });
}

function objectAt(value: unknown, ...path: string[]): JsonObject | undefined {
  const found = path.reduce<unknown>((at, key) => (isObject(at) ? getKey(at, key) : undefined), value);
  return isObject(found) ? found : undefined;
}

function isOf(kinds: unknown, { group, version, kind }: Mapping): boolean {
  return (Array.isArray(kinds) ? kinds : [kinds]).some(
    (one) => isObject(one) && one.group === group && one.version === version && one.kind === kind,
  );
}
