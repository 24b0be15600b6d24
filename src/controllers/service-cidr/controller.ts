// Promise: a ServiceCIDR is Ready and has a finalizer; one that is deleted stays, and says why, as long as an address would be left
// in no range. Upstream: pkg/controller/servicecidrs.
import { type Address, addressOf } from '../../api/addresses/prefix.ts';
import { IPAddress } from '../../api/kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import type { Condition } from '../../api/meta/v1/condition.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { labelsOf, nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { holding, mayGo, overlapping } from './plan.ts';

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
const OWNER = { fieldManager: 'service-cidr-controller', subresource: 'status', force: true };
/** Time for API servers to hear of the deletion, so that none of them takes another address from the range. */
const GRACE_MS = 10_000;
const READY = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' };
const TERMINATING = {
  type: 'Ready',
  status: 'False',
  reason: 'Terminating',
  message:
    'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

export function createServiceCidrController(context: ControllerContext): Controller {
  const cidrs = context.informers.informer(ServiceCIDR);
  const ips = context.informers.informer(IPAddress);
  const concerned = (ip: Readonly<IPAddress>): string[] => {
    const address = managedAddress(ip);
    return address ? holding(address, cidrs.lister.list()) : [];
  };
  const own = (cidr: Readonly<ServiceCIDR>) => [nameOf(cidr)];
  return {
    name: 'service-cidr-controller',
    watches: [
      watch(cidrs, {
        onAdd: (cidr) => [...own(cidr), ...overlapping(cidr, cidrs.lister.list())],
        onUpdate: own,
        onDelete: own,
      }),
      watch(ips, { onAdd: concerned, onUpdate: () => [], onDelete: concerned }),
    ],
    reconcile: async (name) => {
      const cidr = cidrs.lister.get(name);
      if (!cidr) return undefined;
      const { deletionTimestamp, finalizers = [] } = cidr.metadata;
      if (!deletionTimestamp) {
        if (!finalizers.includes(FINALIZER))
          await patchFinalizers(context, name, { finalizers: [FINALIZER] });
        await setCondition(context, cidr, READY).catch((error: unknown) => {
          const message = 'The ServiceCIDR Status can not be set to Ready=True';
          context.events.record(
            referenceTo(ServiceCIDR, cidr),
            'Warning',
            'KubernetesServiceCIDRError',
            message,
          );
          throw error;
        });
        return undefined;
      }
      const addresses = ips.lister.list().flatMap((ip) => managedAddress(ip) ?? []);
      if (!mayGo(cidr, cidrs.lister.list(), addresses)) {
        await setCondition(context, cidr, TERMINATING);
        return undefined;
      }
      const left = Date.parse(deletionTimestamp) + GRACE_MS - context.clock.now();
      if (left > 0) return { requeueAfter: left };
      if (finalizers.includes(FINALIZER))
        await patchFinalizers(context, name, { '$deleteFromPrimitiveList/finalizers': [FINALIZER] });
      return undefined;
    },
  };
}

function managedAddress(ip: Readonly<IPAddress>): Address | undefined {
  const managed = labelsOf(ip)['ipaddress.kubernetes.io/managed-by'] === 'ipallocator.k8s.io';
  return managed ? addressOf(nameOf(ip)) : undefined;
}

async function patchFinalizers(context: ControllerContext, name: string, metadata: object): Promise<void> {
  await context.client
    .patch(ServiceCIDR, name, undefined, 'strategic', { metadata })
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
}

/** The condition of a type is the only thing that this controller owns of the status. */
async function setCondition(
  { client, clock }: ControllerContext,
  cidr: Readonly<ServiceCIDR>,
  wanted: Omit<Condition, 'lastTransitionTime'>,
): Promise<void> {
  const known = conditionOf(cidr, wanted.type);
  if (known?.status === wanted.status && known.reason === wanted.reason && known.message === wanted.message)
    return;
  const condition = { ...wanted, lastTransitionTime: rfc3339(clock.now()) };
  const name = nameOf(cidr);
  const applied = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name } };
  await client.patch(
    ServiceCIDR,
    name,
    undefined,
    'apply',
    { ...applied, status: { conditions: [condition] } },
    OWNER,
  );
}
