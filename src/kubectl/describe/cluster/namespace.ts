// `kubectl describe namespace`, with its quotas and limit ranges.
import type { LimitRange } from '../../../api/kinds/core/v1/limit-range.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { ResourceQuota } from '../../../api/kinds/core/v1/resource-quota.ts';
import { isNotFound } from '../../resources/info.ts';
import { writeClusterHead } from '../metadata.ts';
import { collectionPath, readAll, readObject, type Subject } from '../subject.ts';
import { writeTimedConditions } from '../workloads/conditions.ts';
import { DescriptionWriter } from '../writer.ts';
import { writeLimitRanges, writeResourceQuotas } from './quotas.ts';

export default async function describe(subject: Subject): Promise<string> {
  const namespace = await readObject<Namespace>(subject, 'api/v1', 'namespaces', false);
  const quotas = await served<ResourceQuota>(subject, 'resourcequotas');
  const ranges = await served<LimitRange>(subject, 'limitranges');
  const w = new DescriptionWriter();
  writeClusterHead(w, namespace);
  w.row(0, 'Status', namespace.status?.phase ?? '');
  if (namespace.status?.conditions?.length) writeTimedConditions(w, namespace.status.conditions);
  if (quotas) {
    w.line();
    writeResourceQuotas(w, quotas);
  }
  if (ranges) {
    w.line();
    writeLimitRanges(w, ranges);
  }
  return w.text();
}

/** Undefined when the server has no such kind. */
async function served<T>(subject: Subject, resource: string): Promise<T[] | undefined> {
  try {
    return await readAll<T>(subject, collectionPath('api/v1', resource, subject.name));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
