// Promise: Endpoints written by hand for a service without a selector are mirrored to EndpointSlices, which is all that
// service proxies read.
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import {
  controllerReference,
  type HasMetadata,
  isBeingDeleted,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
} from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { MANAGED_BY } from '../endpointslice/apply.ts';
import { contentsOf, planSlices, type SlicePlan, untouched } from '../endpointslice/plan.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { hasSelector } from '../services/service-pods.ts';
import { annotationsFor, MAX_PER_SUBSET, mirrored, ofType } from './plan.ts';

const CONTROLLER_NAME = 'endpointslicemirroring-controller.k8s.io';
const BY_MIRRORED = 'mirrored-service-of-slice';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const TYPES = ['IPv4', 'IPv6'] as const;

const mirroredKey = (slice: HasMetadata): string[] => {
  const labels = labelsOf(slice);
  return labels[MANAGED_BY] === CONTROLLER_NAME && labels[SERVICE_NAME_LABEL]
    ? [`${namespaceOf(slice)}/${labels[SERVICE_NAME_LABEL]}`]
    : [];
};

export function createEndpointSliceMirroringController(context: ControllerContext): Controller {
  const services = context.informers.informer(Service);
  const endpoints = context.informers.informer(Endpoints);
  const slices = context.informers.informer(EndpointSlice);
  slices.addIndex(BY_MIRRORED, mirroredKey);
  const writes = new OwnWrites(context.clock);
  return {
    name: 'endpointslicemirroring-controller',
    watches: [
      watch(services, (service) => [keyOf(service)]),
      watch(endpoints, (one) => [keyOf(one)]),
      watch(slices, {
        onAdd: mirroredKey,
        onUpdate: mirroredKey,
        onDelete: (slice) => {
          const keys = mirroredKey(slice);
          for (const key of keys) writes.gone(key, slice);
          return keys;
        },
      }),
    ],
    reconcile: async (key): Promise<Result | undefined> => {
      const wait = writes.behindMs(key, slices.lister);
      if (wait > 0) return { requeueAfter: wait };
      const service = services.lister.byKey(key);
      const source = endpoints.lister.byKey(key);
      const existing = slices.lister.byIndex(BY_MIRRORED, key);
      const wanted = service && source && !hasSelector(service) && isMirrored(source) ? source : undefined;
      const plans = wanted
        ? plansFor(context, wanted, existing)
        : [{ create: [], update: [], remove: [...existing] }];
      for (const plan of plans) await apply(context, writes, key, wanted, plan);
      return undefined;
    },
  };
}

/** Endpoints managed by a controller already have slices. */
const isMirrored = (endpoints: Readonly<Endpoints>): boolean =>
  labelsOf(endpoints)[SKIP] !== 'true' &&
  labelsOf(endpoints)['endpoints.kubernetes.io/managed-by'] === undefined &&
  endpoints.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined;

function plansFor(
  context: ControllerContext,
  source: Readonly<Endpoints>,
  existing: readonly Readonly<EndpointSlice>[],
): SlicePlan[] {
  const { wanted, invalid, skipped } = mirrored(source);
  const warn = (reason: string, message: string) =>
    context.events.record(referenceTo(Endpoints, source), 'Warning', reason, message);
  if (invalid > 0)
    warn('InvalidIPAddress', `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`);
  if (skipped > invalid) {
    const most = `A max of ${MAX_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset`;
    warn('TooManyAddressesToMirror', `${most}. ${skipped} addresses were skipped`);
  }
  return TYPES.map((type) => {
    const own = existing.filter((slice) => slice.addressType === type);
    return withMetadata(source, own, withoutPlaceholder(planSlices(type, ofType(wanted, type), own)));
  });
}

const metadataFor = (source: Readonly<Endpoints>) => ({
  labels: { ...labelsOf(source), [SERVICE_NAME_LABEL]: nameOf(source), [MANAGED_BY]: CONTROLLER_NAME },
  annotations: annotationsFor(source),
});

/** Labels and annotations follow those of the Endpoints, also where the addresses stay. */
function withMetadata(
  source: Readonly<Endpoints>,
  existing: readonly Readonly<EndpointSlice>[],
  plan: SlicePlan,
): SlicePlan {
  const { labels, annotations } = metadataFor(source);
  const behind = untouched(existing, plan).filter(
    ({ metadata }) =>
      !sameMeaning(metadata.labels, labels) || !sameMeaning(metadata.annotations, annotations),
  );
  const update = [...plan.update, ...behind.map((slice) => ({ slice, contents: contentsOf(slice) }))];
  return { ...plan, update };
}

/** Without an address there is nothing to mirror. */
function withoutPlaceholder(plan: SlicePlan): SlicePlan {
  const emptied = plan.update.filter(({ contents }) => contents.endpoints.length === 0);
  return {
    create: plan.create.filter((contents) => contents.endpoints.length > 0),
    update: plan.update.filter((one) => !emptied.includes(one)),
    remove: [...plan.remove, ...emptied.map(({ slice }) => slice)],
  };
}

async function apply(
  context: ControllerContext,
  writes: OwnWrites,
  key: string,
  source: Readonly<Endpoints> | undefined,
  plan: SlicePlan,
): Promise<void> {
  const { client } = context;
  const base = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
  if (source) {
    const own = metadataFor(source);
    const ownerReferences = [controllerReference(Endpoints, source)];
    for (const contents of isBeingDeleted(source) ? [] : plan.create) {
      const generateName = `${nameOf(source)}-`;
      const metadata = { generateName, namespace: namespaceOf(source), ...own, ownerReferences };
      const { addressType, endpoints, ports } = contents;
      const slice = { ...base, metadata, addressType, endpoints: [...endpoints], ports: [...ports] };
      writes.wrote(key, await client.create(EndpointSlice, slice));
    }
    for (const { slice, contents } of plan.update) {
      const { addressType, endpoints, ports } = contents;
      const metadata = { ...slice.metadata, ...own };
      const next = { ...base, metadata, addressType, endpoints: [...endpoints], ports: [...ports] };
      writes.wrote(key, await client.update(EndpointSlice, next));
    }
  }
  for (const slice of plan.remove) {
    await client.delete(EndpointSlice, nameOf(slice), namespaceOf(slice)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    writes.removed(key, slice);
  }
}
