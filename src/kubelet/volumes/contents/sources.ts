// Gathers the files of all sources of projected volumes from the API. Throws with the words that FailedMount events carry. Used by contents-plugin.ts.
import type { VolumeProjection } from '../../../api/kinds/core/v1/volumes/projected.ts';
import type { NodeFacts } from '../../env/field-ref.ts';
import { type Pod, podNamespace, specOf } from '../../pod.ts';
import type { ReferencedObjects } from '../../references/referenced-objects.ts';
import { downwardPayload, keyedPayload, type Payload, type PayloadFile, textData } from './payload.ts';
import type { PodCertificates } from './pod-certificates.ts';
import type { TokenSource } from './token-source.ts';
import type { TrustBundles } from './trust-bundles.ts';

export interface ContentSources {
  readonly objects: Pick<ReferencedObjects, 'configMap' | 'secret'>;
  readonly tokens: TokenSource;
  readonly bundles: Pick<TrustBundles, 'get'>;
  readonly certificates: Pick<PodCertificates, 'get'>;
  readonly facts: (pod: Pod) => NodeFacts;
}

/** All sources of a volume together; where two have the same path the later one counts. */
export async function gatherPayload(
  pod: Pod,
  volume: string,
  projections: readonly VolumeProjection[],
  mode: number,
  sources: ContentSources,
): Promise<Payload> {
  const parts = await Promise.all(
    projections.map((source, i) => gatherOne(pod, source, mode, sources, `${volume}/${i}`)),
  );
  return new Map(parts.flatMap((part) => [...part]));
}

async function gatherOne(
  pod: Pod,
  projection: VolumeProjection,
  mode: number,
  sources: ContentSources,
  place: string,
): Promise<Payload> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  const { clusterTrustBundle, podCertificate } = projection;
  if (configMap) return configMapPayload(pod, configMap, mode, sources);
  if (secret) return secretPayload(pod, secret, mode, sources);
  if (downwardAPI) return downwardPayload(pod, downwardAPI.items ?? [], mode, sources.facts(pod));
  if (serviceAccountToken) return tokenPayload(pod, serviceAccountToken, mode, sources);
  if (clusterTrustBundle) {
    const data = sources.bundles.get(pod, clusterTrustBundle);
    return new Map([[clusterTrustBundle.path, privateFile(pod, data, mode)]]);
  }
  if (podCertificate) return certificatePayload(pod, podCertificate, mode, sources, place);
  throw new Error(`projected volume source ${Object.keys(projection)[0] ?? ''} is not supported`);
}

type Named = NonNullable<VolumeProjection['configMap']>;

async function configMapPayload(
  pod: Pod,
  { name = '', items, optional = false }: Named,
  mode: number,
  { objects }: ContentSources,
): Promise<Payload> {
  const map = await objects.configMap(podNamespace(pod), name);
  if (!map && !optional) throw new Error(`configmap "${name}" not found`);
  const data = new Map([...textData(map?.data), ...textData(map?.binaryData, 'base64')]);
  return keyedPayload({ what: 'configmap', data, items, mode, optional });
}

async function secretPayload(
  pod: Pod,
  { name = '', items, optional = false }: Named,
  mode: number,
  { objects }: ContentSources,
): Promise<Payload> {
  const secret = await objects.secret(podNamespace(pod), name);
  if (!secret && !optional) throw new Error(`secret "${name}" not found`);
  return keyedPayload({ what: 'secret', data: textData(secret?.data, 'base64'), items, mode, optional });
}

async function tokenPayload(
  pod: Pod,
  wanted: NonNullable<VolumeProjection['serviceAccountToken']>,
  mode: number,
  { tokens }: ContentSources,
): Promise<Payload> {
  const data = Buffer.from(await tokens.get(pod, wanted));
  return new Map([[wanted.path, privateFile(pod, data, mode)]]);
}

async function certificatePayload(
  pod: Pod,
  source: NonNullable<VolumeProjection['podCertificate']>,
  mode: number,
  { certificates }: ContentSources,
  place: string,
): Promise<Payload> {
  const { key, chain } = await certificates.get(pod, place, source);
  const { credentialBundlePath, keyPath, certificateChainPath } = source;
  const files = [
    [credentialBundlePath, key + chain],
    [keyPath, key],
    [certificateChainPath, chain],
  ] as const;
  return new Map(
    files.flatMap(([path, text]) =>
      path ? [[path, privateFile(pod, Buffer.from(text), mode)] as const] : [],
    ),
  );
}

/** A file that belongs to the user of the containers, if they all have the same, and is closed to others where it can be. */
function privateFile(pod: Pod, data: Buffer, mode: number): PayloadFile {
  const uid = commonUser(pod);
  const { fsGroup } = specOf(pod).securityContext ?? {};
  const narrow = uid !== undefined || fsGroup !== undefined;
  return { data, mode: narrow ? 0o600 : mode, ...(uid !== undefined && { uid }) };
}

/** The user that all containers run as, if the spec says it. */
function commonUser(pod: Pod): number | undefined {
  const spec = specOf(pod);
  const users = new Set(
    [...(spec.initContainers ?? []), ...spec.containers].map(
      ({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
    ),
  );
  return users.size === 1 ? [...users][0] : undefined;
}
