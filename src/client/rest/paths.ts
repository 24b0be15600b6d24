// URL paths of kinds and objects, and query parameters. Used by rest-client.ts.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { ListQuery, WatchQuery, WriteQuery } from '../client.ts';

/** `/api/v1` or `/apis/GROUP/VERSION`. */
export function groupVersionPath(kind: AnyResource): string {
  const { group, version } = kind.resource;
  return group ? `/apis/${group}/${version}` : `/api/${version}`;
}

/** The collection, in one namespace or over all of them. */
export function listPath(kind: AnyResource, namespace?: string): string {
  const inNamespace = kind.resource.namespaced && namespace ? `/namespaces/${segment(namespace)}` : '';
  return `${groupVersionPath(kind)}${inNamespace}/${kind.resource.plural}`;
}

export function itemPath(
  kind: AnyResource,
  namespace: string | undefined,
  name: string,
  subresource?: string,
): string {
  return `${listPath(kind, namespace)}/${segment(name)}${subresource ? `/${subresource}` : ''}`;
}

const segment = (text: string): string => encodeURIComponent(text);

export function listParameters(query: ListQuery): Record<string, string> {
  const out: Record<string, string> = {};
  if (query.labelSelector) out.labelSelector = query.labelSelector;
  if (query.fieldSelector) out.fieldSelector = query.fieldSelector;
  if (query.resourceVersion !== undefined) out.resourceVersion = query.resourceVersion;
  if (query.limit !== undefined) out.limit = String(query.limit);
  if (query.continue) out.continue = query.continue;
  return out;
}

export function watchParameters(query: WatchQuery): Record<string, string> {
  const out: Record<string, string> = { ...listParameters(query), watch: 'true' };
  if (query.allowWatchBookmarks) out.allowWatchBookmarks = 'true';
  if (query.sendInitialEvents !== undefined) {
    out.sendInitialEvents = String(query.sendInitialEvents);
    out.resourceVersionMatch = 'NotOlderThan';
  }
  if (query.timeoutSeconds !== undefined) out.timeoutSeconds = String(query.timeoutSeconds);
  return out;
}

export function writeParameters(options: WriteQuery, fieldManager?: string): Record<string, string> {
  const out: Record<string, string> = {};
  const manager = options.fieldManager ?? fieldManager;
  if (manager) out.fieldManager = manager;
  if (options.dryRun) out.dryRun = 'All';
  return out;
}
