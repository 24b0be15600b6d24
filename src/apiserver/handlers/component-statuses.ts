// Componentstatuses, an old kind that is asked and never kept: the parts of the control plane, each with a verdict.
// Here they live in the answering process, so whoever reads this knows that they are there.
import type { ComponentStatus } from '../../api/kinds/core/v1/component-status.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { notFound } from '../../api/status/status-error.ts';
import { targetOf } from '../registry/served.ts';
import type { Answer } from '../request.ts';
import type { Item } from '../watch-cache/item.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import { itemAnswer, listAnswer } from './answers/answers.ts';
import type { Call, ResourceCall } from './context.ts';
import { selectionOf } from './read.ts';

const PARTS = ['controller-manager', 'etcd-0', 'scheduler'];

export function componentStatuses(call: Call, kind: AnyResource): Answer {
  const { info, shared } = call;
  const cache = new ResourceCache(kind, shared.store, '/registry/componentstatuses/');
  const asked: ResourceCall = { ...call, served: { kind, cache, strategy: {} } };
  const items = PARTS.map((name) => statusItem(cache, name));
  if (info.verb === 'list') return listAnswer(asked, items.filter(selectionOf(asked).matches), {});
  const item = items.find(({ name }) => name === info.name);
  if (!item) throw notFound(targetOf(asked.served), info.name);
  return itemAnswer(asked, 200, item);
}

function statusItem(cache: ResourceCache, name: string): Item {
  const object: ComponentStatus = {
    kind: 'ComponentStatus',
    apiVersion: 'v1',
    metadata: { name },
    conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
  };
  return cache.adopt(Buffer.from(JSON.stringify(object)), object);
}
