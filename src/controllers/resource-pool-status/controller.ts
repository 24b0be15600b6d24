// Promise: a ResourcePoolStatusRequest is answered once, when all slices of its pools are there, and is deleted an hour later; one
// without an answer is deleted after a day. Upstream: pkg/controller/resourcepoolstatusrequest, which tries five times and
// forgets a request whose slices come later.
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { ResourcePoolStatusRequest } from '../../api/kinds/resource/v1alpha3/resource-pool-status-request.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { answer } from './plan.ts';

type Request = Readonly<ResourcePoolStatusRequest>;

const HOUR = 3_600_000;
const ANSWERED_MS = HOUR;
const PENDING_MS = 24 * HOUR;

export function createResourcePoolStatusController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const requests = informers.informer(ResourcePoolStatusRequest);
  const slices = informers.informer(ResourceSlice);
  const claims = informers.informer(ResourceClaim);
  const pending = ({ spec }: Readonly<ResourceSlice>) =>
    requests.lister
      .list()
      .filter((request) => !request.status && request.spec.driver === spec.driver)
      .map(nameOf);
  return {
    name: 'resourcepoolstatusrequest-controller',
    watches: [
      watch(requests, (request) => [nameOf(request)]),
      watch(slices, pending),
      watch(claims, () => []),
    ],
    reconcile: async (name) => {
      const request = requests.lister.get(name);
      if (!request) return undefined;
      const left = endOf(request) - clock.now();
      if (left <= 0) {
        await remove(context, request);
        return undefined;
      }
      const now = rfc3339(clock.now());
      const status = request.status
        ? undefined
        : answer(request, slices.lister.list(), claims.lister.list(), now);
      if (status)
        await client
          .update(ResourcePoolStatusRequest, { ...request, status }, { subresource: 'status' })
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
      return { requeueAfter: left };
    },
  };
}

/** When the request is deleted, in milliseconds. */
function endOf({ metadata, status }: Request): number {
  const created = Date.parse(metadata.creationTimestamp!);
  if (!status) return created + PENDING_MS;
  const end = status.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed');
  return (end ? Date.parse(end.lastTransitionTime) : created) + ANSWERED_MS;
}

async function remove({ client }: ControllerContext, request: Request): Promise<void> {
  const preconditions = { uid: uidOf(request) };
  try {
    await client.delete(ResourcePoolStatusRequest, nameOf(request), undefined, { preconditions });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
