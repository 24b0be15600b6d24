// Promise: every service with a selector has an Endpoints object of its name with the same pods as its slices. Endpoints
// are deprecated since v1.33, but clients still read them.
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { keyOf, labelsOf, nameOf, namespaceOf, splitKey } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { restAfter } from '../framework/rest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import {
  HEADLESS_LABEL,
  hasSelector,
  isHeadless,
  mayBeEndpoint,
  ServicePods,
  TRIGGER_TIME,
  triggerTime,
} from '../services/service-pods.ts';
import { subsetsOf, truncate } from './plan.ts';

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

export function createEndpointsController(context: ControllerContext): Controller {
  const servicePods = new ServicePods(context);
  const endpoints = context.informers.informer(Endpoints);
  const writes = new OwnWrites(context.clock);
  return {
    name: 'endpoint-controller',
    watches: [
      watch(servicePods.services, (service) => [keyOf(service)]),
      watch(servicePods.pods, servicePods.keysOfPod()),
      watch(endpoints, (one) => [keyOf(one)]),
    ],
    reconcile: async (key) => {
      const wait = writes.behindMs(key, endpoints.lister);
      if (wait > 0) return { requeueAfter: wait };
      const service = servicePods.services.lister.byKey(key);
      if (!service) await removeOf(context, endpoints, key);
      else if (hasSelector(service) && service.spec?.type !== 'ExternalName')
        await sync(context, writes, service, servicePods, endpoints);
      return undefined;
    },
    restMs: (key) => restAfter(servicePods.podsNear(key)),
  };
}

/** Deletes the Endpoints of a deleted service only if this controller manages them. */
async function removeOf(
  context: ControllerContext,
  endpoints: Informer<Endpoints & KubeObject>,
  key: string,
): Promise<void> {
  const found = endpoints.lister.byKey(key);
  if (!found || labelsOf(found)[MANAGED_BY] === undefined) return;
  const { namespace, name } = splitKey(key);
  await context.client.delete(Endpoints, name, namespace).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

async function sync(
  context: ControllerContext,
  writes: OwnWrites,
  service: Readonly<Service>,
  servicePods: ServicePods,
  endpoints: Informer<Endpoints & KubeObject>,
): Promise<void> {
  const pods = servicePods.podsBehind(service);
  const { subsets, cut } = truncate(subsetsOf(service, pods));
  const current = endpoints.lister.byKey(keyOf(service));
  const labels = labelsFor(service);
  const overCapacity = current?.metadata.annotations?.[OVER_CAPACITY] === 'truncated';
  const unchanged =
    current &&
    sameMeaning(current.subsets, subsets) &&
    sameMeaning(labelsOf(current), labels) &&
    overCapacity === cut;
  if (unchanged) return;
  const trigger = triggerTime(
    service,
    pods.filter((pod) => mayBeEndpoint(pod, true)),
  );
  const annotations = { ...current?.metadata.annotations };
  delete annotations[OVER_CAPACITY];
  if (cut) annotations[OVER_CAPACITY] = 'truncated';
  if (trigger) annotations[TRIGGER_TIME] = trigger;
  const metadata = current
    ? { ...current.metadata, labels, annotations }
    : { name: nameOf(service), namespace: namespaceOf(service), labels, annotations };
  const written = await write(
    context,
    service,
    { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets },
    !current,
  );
  if (written) writes.wrote(keyOf(service), written);
}

/** Undefined when nothing can be created any more. */
async function write(
  context: ControllerContext,
  service: Readonly<Service>,
  object: Endpoints,
  fresh: boolean,
): Promise<Endpoints | undefined> {
  try {
    return await (fresh
      ? context.client.create(Endpoints, object)
      : context.client.update(Endpoints, object));
  } catch (error) {
    if (isNamespaceTerminating(error)) return undefined;
    const [reason, verb] = fresh
      ? ['FailedToCreateEndpoint', 'create']
      : ['FailedToUpdateEndpoint', 'update'];
    const why = messageOf(error);
    const about = fresh ? referenceTo(Service, service) : referenceTo(Endpoints, object);
    const message = `Failed to ${verb} endpoint${fresh ? ` for service` : ''} ${keyOf(service)}: ${why}`;
    context.events.record(about, 'Warning', reason!, message);
    throw error;
  }
}

function labelsFor(service: Readonly<Service>): Record<string, string> {
  const labels: Record<string, string> = { ...labelsOf(service) };
  delete labels[HEADLESS_LABEL];
  if (isHeadless(service)) labels[HEADLESS_LABEL] = '';
  labels[MANAGED_BY] = 'endpoint-controller';
  return labels;
}
