// The claims of pods on this node: their drivers prepare them before anything of the pod runs, and take that back when no pod uses them
// any more. Called by NodeResources. Upstream: pkg/kubelet/cm/dra/manager.go.
import { claimNamesOf, claimOfEntry, isReservedFor, notMadeFor } from '../../api/devices/pod-claims.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import type { Client } from '../../client/client.ts';
import { addAll } from '../../kit/lists.ts';
import { KeyedLocks } from '../../kit/locks/keyed-locks.ts';
import { messageOf } from '../../kit/message-of.ts';
import { own } from '../../kit/own.ts';
import {
  type Container,
  type Pod,
  type PodContainer,
  podName,
  podNamespace,
  podUid,
  specOf,
} from '../pod.ts';
import { type ClaimCache, type ClaimInfo, claimKey } from './claim-cache.ts';
import type { DraPlugins } from './dra-plugins.ts';
import { type DraClaim, nodePrepareResources, nodeUnprepareResources } from './messages.ts';

/** Claims could not be prepared: becomes a FailedPrepareDynamicResources event. */
export class PrepareError extends Error {}

/** As upstream: drivers may take long. */
const CALL_MS = 45_000;

export interface DynamicResourcesOptions {
  readonly client: Pick<Client, 'get'>;
  readonly plugins: Pick<DraPlugins, 'get'>;
  readonly cache: ClaimCache;
}

export class DynamicResources {
  readonly #options: DynamicResourcesOptions;
  readonly #locks = new KeyedLocks();

  constructor(options: DynamicResourcesOptions) {
    this.#options = options;
  }

  async prepare(pod: Pod): Promise<void> {
    if (claimNamesOf(pod).length === 0 && !specOf(pod).resourceClaims?.length) return;
    try {
      await this.#prepare(pod);
    } catch (error) {
      throw new PrepareError(`prepare dynamic resources: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Nothing of the pod runs any more. */
  async release(uid: string): Promise<void> {
    const used = this.#options.cache.list().filter(({ pods }) => pods.includes(uid));
    try {
      await Promise.all(
        used.map(({ namespace, name }) => {
          const key = claimKey(namespace, name);
          return this.#locks.run([key], () => this.#unprepare(key, uid));
        }),
      );
    } catch (error) {
      throw new Error(`unprepare dynamic resources: ${messageOf(error)}`, { cause: error });
    }
  }

  /** For pods that are gone and that no worker knows: their kubelet was not there when they ended. */
  async releaseOthers(known: { has(uid: string): boolean }): Promise<void> {
    for (const uid of new Set(this.#options.cache.list().flatMap(({ pods }) => pods)))
      if (!known.has(uid)) await this.release(uid);
  }

  /** Names of CDI devices of what the container asks for. */
  cdiDevices(pod: Pod, { spec }: PodContainer): string[] {
    const names: string[] = [];
    for (const { claim, request } of requestsOf(pod, spec)) {
      const info = this.#options.cache.get(claimKey(podNamespace(pod), claim));
      if (!info)
        throw new Error(
          `internal error: unable to get claim info for ResourceClaim ${claim} in namespace ${podNamespace(pod)}`,
        );
      for (const { requestNames, cdiDeviceIds } of Object.values(info.drivers).flat())
        if (!request || requestNames.length === 0 || requestNames.includes(request))
          addAll(names, cdiDeviceIds);
    }
    return [...new Set(names)];
  }

  async #prepare(pod: Pod): Promise<void> {
    const claims: ResourceClaim[] = [];
    for (const entry of specOf(pod).resourceClaims ?? []) {
      const named = claimOfEntry(pod, entry);
      if (named.state === 'missing' || named.state === 'unsupported') throw new Error(named.message);
      if (named.state === 'named') claims.push(await this.#claimOf(pod, named.name, named.made));
    }
    const extended = pod.status?.extendedResourceClaimStatus?.resourceClaimName;
    if (extended) claims.push(await this.#claimOf(pod, extended, false));
    const keys = claims.map((claim) => claimKey(podNamespace(pod), claim.metadata.name ?? ''));
    await this.#locks.run([...new Set(keys)], () => this.#prepareAll(pod, claims));
  }

  async #claimOf(pod: Pod, name: string, made: boolean): Promise<ResourceClaim> {
    const claim = await this.#options.client
      .get(ResourceClaim, name, podNamespace(pod))
      .catch((error: unknown) => {
        throw new Error(`fetch ResourceClaim ${name}: ${messageOf(error)}`, { cause: error });
      });
    const foreign = made ? notMadeFor(pod, claim) : undefined;
    if (foreign !== undefined) throw new Error(foreign);
    if (!isReservedFor(claim, pod))
      throw new Error(
        `pod ${podName(pod)} (${podUid(pod)}) is not allowed to use ResourceClaim ${name} (${claim.metadata.uid})`,
      );
    if (!claim.status?.allocation) throw new Error(`ResourceClaim ${name}: not allocated`);
    for (const driver of driversOf(claim)) this.#options.plugins.get(driver);
    return claim;
  }

  async #prepareAll(pod: Pod, claims: readonly ResourceClaim[]): Promise<void> {
    const { cache } = this.#options;
    const open: [string, ClaimInfo][] = [];
    for (const claim of claims) {
      const { name = '', uid = '' } = claim.metadata;
      const key = claimKey(podNamespace(pod), name);
      const known = cache.get(key) ?? infoOf(claim, podNamespace(pod));
      if (known.uid !== uid)
        throw new Error(
          `old ResourceClaim with same name ${name} and different UID ${known.uid} still exists (previous pod force-deleted?!)`,
        );
      const info = { ...known, pods: [...new Set([...known.pods, podUid(pod)])] };
      // Before the driver is called: a new kubelet has to know that it may have been.
      await cache.set(key, info);
      if (!info.isPrepared) open.push([key, info]);
    }
    const drivers = new Set(open.flatMap(([, { drivers }]) => Object.keys(drivers)));
    const prepared = new Map(open);
    for (const driver of drivers) {
      const concerned = [...prepared].filter(([, info]) => own(info.drivers, driver));
      const answers = await this.#callPrepare(
        driver,
        concerned.map(([, info]) => draClaim(info)),
      );
      for (const [key, info] of concerned)
        prepared.set(key, { ...info, drivers: { ...info.drivers, [driver]: answers.get(info.uid) ?? [] } });
    }
    for (const [key, info] of prepared) await cache.set(key, { ...info, isPrepared: true });
  }

  /** Devices by the claim's uid. */
  async #callPrepare(driver: string, claims: readonly DraClaim[]) {
    const { client, service } = this.#options.plugins.get(driver);
    const request = { claims: [...claims] };
    const response = await client
      .unary(nodePrepareResources(service), request, { timeout: CALL_MS })
      .catch((error: unknown) => {
        throw new Error(`NodePrepareResources: ${messageOf(error)}`, { cause: error });
      });
    const answers = new Map(Object.entries(response.claims));
    checkAnswers('NodePrepareResources', claims, answers);
    return new Map([...answers].map(([uid, { devices }]) => [uid, devices]));
  }

  async #unprepare(key: string, pod: string): Promise<void> {
    const { cache, plugins } = this.#options;
    const info = cache.get(key);
    if (!info?.pods.includes(pod)) return;
    const pods = info.pods.filter((one) => one !== pod);
    if (pods.length > 0) return cache.set(key, { ...info, pods });
    for (const driver of Object.keys(info.drivers)) {
      const { client, service } = plugins.get(driver);
      const claims = [draClaim(info)];
      const response = await client
        .unary(nodeUnprepareResources(service), { claims }, { timeout: CALL_MS })
        .catch((error: unknown) => {
          throw new Error(`NodeUnprepareResources: ${messageOf(error)}`, { cause: error });
        });
      checkAnswers('NodeUnprepareResources', claims, new Map(Object.entries(response.claims)));
    }
    await cache.set(key, undefined);
  }
}

/** What the container has of which claims; without a request all of it. Also by extended resources, which name no claim. */
function requestsOf(
  pod: Pod,
  { name: container, resources }: Container,
): { readonly claim: string; readonly request?: string | undefined }[] {
  const named = (resources?.claims ?? []).flatMap(({ name, request }) => {
    const entry = specOf(pod).resourceClaims?.find((one) => one.name === name);
    const claim = entry && claimOfEntry(pod, entry);
    return claim?.state === 'named' ? [{ claim: claim.name, request }] : [];
  });
  const { resourceClaimName: claim = '', requestMappings = [] } =
    pod.status?.extendedResourceClaimStatus ?? {};
  const extended = requestMappings
    .filter((one) => one.containerName === container)
    .map(({ requestName }) => ({ claim, request: requestName }));
  return [...named, ...extended];
}

const driversOf = ({ status }: ResourceClaim): string[] => [
  ...new Set((status?.allocation?.devices?.results ?? []).map(({ driver }) => driver)),
];

const infoOf = (claim: ResourceClaim, namespace: string): ClaimInfo => ({
  ...{ uid: claim.metadata.uid ?? '', namespace, name: claim.metadata.name ?? '', pods: [] },
  drivers: Object.fromEntries(driversOf(claim).map((driver) => [driver, []])),
  isPrepared: false,
});

const draClaim = ({ namespace, uid, name }: ClaimInfo): DraClaim => ({ namespace, uid, name });

/** One answer per claim, and no others. */
function checkAnswers(
  call: string,
  claims: readonly DraClaim[],
  answers: ReadonlyMap<string, { readonly error: string }>,
): void {
  for (const [uid, { error }] of answers) {
    const claim = claims.find((one) => one.uid === uid);
    if (!claim) throw new Error(`${call} returned result for unknown claim UID ${uid}`);
    if (error) throw new Error(`${call} failed for ResourceClaim ${claim.name}: ${error}`);
  }
  const skipped = claims.length - answers.size;
  if (skipped > 0) throw new Error(`${call} skipped ${skipped} ResourceClaims`);
}
