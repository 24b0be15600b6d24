// The pod spec inside an object that has one, read and replaced. Pure; called by the `set` verbs.
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import type { KubeObject } from '../../resources/object.ts';
import { goTypeOf } from '../../text/go-type.ts';

const TEMPLATE = ['spec', 'template', 'spec'];

const PATHS: Readonly<Record<string, readonly string[]>> = {
  'v1/Pod': ['spec'],
  'v1/ReplicationController': TEMPLATE,
  'apps/v1/Deployment': TEMPLATE,
  'apps/v1/DaemonSet': TEMPLATE,
  'apps/v1/ReplicaSet': TEMPLATE,
  'apps/v1/StatefulSet': TEMPLATE,
  'batch/v1/Job': TEMPLATE,
  'batch/v1/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** The object with another pod spec. Throws for an object without one. */
export async function withPodSpec(
  object: KubeObject,
  change: (spec: PodSpec) => PodSpec | Promise<PodSpec>,
): Promise<KubeObject> {
  const name = `${object.apiVersion ?? ''}/${object.kind ?? ''}`;
  const path = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
  if (!path) throw new Error(`the object is not a pod or does not have a pod template: ${goTypeOf(object)}`);
  return replaced(object, path, change);
}

async function replaced(
  object: JsonObject,
  [key = '', ...rest]: readonly string[],
  change: (spec: PodSpec) => PodSpec | Promise<PodSpec>,
): Promise<JsonObject> {
  const found = object[key];
  const inner = isObject(found) ? found : {};
  if (rest.length > 0) return { ...object, [key]: await replaced(inner, rest, change) };
  return { ...object, [key]: await change({ containers: [], ...inner }) };
}
