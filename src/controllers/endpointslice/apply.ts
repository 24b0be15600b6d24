// Writes planned slices with their labels, annotations and owner reference. Creations come first and deletions last: between
// the writes an endpoint may be listed twice, but is not missing because its slice is replaced.
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import {
  controllerReference,
  isBeingDeleted,
  labelsOf,
  nameOf,
  namespaceOf,
} from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { OwnWrites } from '../framework/own-writes.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { HEADLESS_LABEL, isHeadless, TRIGGER_TIME } from '../services/service-pods.ts';
import type { SliceInstruments } from './instruments.ts';
import { type Contents, contentsOf, type SlicePlan, untouched } from './plan.ts';

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';

/** The labels of a service's slices: the service's own, then the reserved ones, which win. */
export function sliceLabels(service: Readonly<Service>): Record<string, string> {
  const labels: Record<string, string> = { ...labelsOf(service) };
  delete labels[HEADLESS_LABEL];
  if (isHeadless(service)) labels[HEADLESS_LABEL] = '';
  labels[SERVICE_NAME_LABEL] = nameOf(service);
  labels[MANAGED_BY] = CONTROLLER_NAME;
  return labels;
}

/** Adds to the plan the slices with the right endpoints but outdated labels. */
export function withRelabelled(
  service: Readonly<Service>,
  existing: readonly Readonly<EndpointSlice>[],
  plan: SlicePlan,
): SlicePlan {
  const labels = sliceLabels(service);
  const outdated = untouched(existing, plan).filter((slice) => !sameMeaning(labelsOf(slice), labels));
  const update = outdated.map((slice) => ({ slice, contents: contentsOf(slice) }));
  return { ...plan, update: [...plan.update, ...update] };
}

export interface SliceTools {
  readonly context: ControllerContext;
  readonly writes: OwnWrites;
  readonly instruments: SliceInstruments;
}

export async function applySlices(
  { context, writes, instruments }: SliceTools,
  service: Readonly<Service>,
  plan: SlicePlan,
  trigger: string | undefined,
): Promise<void> {
  const namespace = namespaceOf(service);
  const group = `${namespace}/${nameOf(service)}`;
  const labels = sliceLabels(service);
  const annotations = { ...(trigger && { [TRIGGER_TIME]: trigger }) };
  const ownerReferences = [controllerReference(Service, service)];
  // The slices of a service that is being deleted are the garbage collector's.
  for (const contents of isBeingDeleted(service) ? [] : plan.create) {
    const generateName = `${nameOf(service)}-`;
    const metadata = { generateName, namespace, labels, annotations, ownerReferences };
    writes.wrote(group, await context.client.create(EndpointSlice, document(metadata, contents)));
    instruments.changed('create');
  }
  for (const { slice, contents } of plan.update) {
    const others = { ...slice.metadata.annotations };
    delete others[TRIGGER_TIME];
    const metadata = { ...slice.metadata, labels, annotations: { ...others, ...annotations } };
    writes.wrote(group, await context.client.update(EndpointSlice, document(metadata, contents)));
    instruments.changed('update');
  }
  for (const slice of plan.remove) {
    await remove(context, slice);
    writes.removed(group, slice);
    instruments.changed('delete');
  }
}

const document = (metadata: EndpointSlice['metadata'], contents: Contents): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata,
  addressType: contents.addressType,
  endpoints: [...contents.endpoints],
  ports: [...contents.ports],
});

async function remove(context: ControllerContext, slice: Readonly<EndpointSlice>): Promise<void> {
  try {
    await context.client.delete(EndpointSlice, nameOf(slice), namespaceOf(slice));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
