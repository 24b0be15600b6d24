// How many objects and watchers a request concerns, for the estimate of its work. Made by assemble.ts.
import type { ResourceTable } from '../registry/resource-table.ts';
import { StoredResource } from '../registry/stored/stored-resource.ts';
import type { RequestInfo } from '../request-info.ts';
import type { Population } from './work-estimate.ts';

export function populationOf(resources: ResourceTable): Population {
  const cacheOf = ({ group, version, resource }: RequestInfo) => {
    const found = resources.get(group, version, resource);
    return found instanceof StoredResource ? found.cache : undefined;
  };
  return {
    objects: (info) => cacheOf(info)?.count(info.namespace) ?? 0,
    watchers: (info) => cacheOf(info)?.broadcaster.interested(info.namespace, info.name) ?? 0,
  };
}
