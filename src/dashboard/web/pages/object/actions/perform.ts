// Changes objects through the API. Each rejects with what the API refuses.
import type { CronJob } from '../../../../../api/kinds/batch/v1/cron-job.ts';
import { localTime } from '../../../../../api/rollout/changes.ts';
import { systemClock } from '../../../../../kit/clock.ts';
import { api } from '../../../api/client.ts';
import { collectionPath, type Kind, objectPath } from '../../../api/kind.ts';
import type { KubeObject } from '../object-shape.ts';
import { MANAGER } from '../yaml/managers.ts';
import type { ActionId } from './catalogue.ts';
import {
  cordonPatch,
  deletion,
  evictionOf,
  jobOf,
  type Propagation,
  pausePatch,
  restartPatch,
  scalePatch,
  suspendPatch,
} from './changes.ts';

export interface Target {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
}

const managed = { fieldManager: MANAGER };

const patch = ({ kind, namespace, name }: Target, body: unknown, subresource?: string): Promise<unknown> =>
  api.patch(objectPath(kind, namespace, name, subresource), body, 'merge', managed);

export const scale = (target: Target, replicas: number) => patch(target, scalePatch(replicas), 'scale');

export const runNow = (target: Target, jobName: string) =>
  api.create(
    collectionPath({ group: 'batch', version: 'v1', plural: 'jobs' }, target.namespace),
    jobOf(target.object as CronJob, jobName),
    managed,
  );

export const evict = ({ namespace, name, kind }: Target) =>
  api.create(objectPath(kind, namespace, name, 'eviction'), evictionOf(namespace, name));

export const remove = ({ kind, namespace, name, object }: Target, propagation: Propagation, force: boolean) =>
  api.remove(objectPath(kind, namespace, name), deletion(object.metadata.uid, propagation, force));

/** What needs no further choices. */
const SIMPLE: Readonly<Partial<Record<ActionId, () => unknown>>> = {
  restart: () => restartPatch(localTime(systemClock.now())),
  pause: () => pausePatch(true),
  resume: () => pausePatch(false),
  suspend: () => suspendPatch(true),
  unsuspend: () => suspendPatch(false),
  cordon: () => cordonPatch(true),
  uncordon: () => cordonPatch(false),
};

/** Undefined for an action that has a dialog of its own. */
export function simply(id: ActionId, target: Target): Promise<unknown> | undefined {
  const bodyOf = SIMPLE[id];
  return bodyOf && patch(target, bodyOf());
}

/** What a toast says when it is done. */
export const DONE: Readonly<Partial<Record<ActionId, string>>> = {
  restart: 'restarts',
  pause: 'is paused',
  resume: 'goes on',
  suspend: 'is suspended',
  unsuspend: 'goes on',
  cordon: 'takes no new pods',
  uncordon: 'takes new pods again',
};
