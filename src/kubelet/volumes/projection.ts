// Gathers the contents of configMap, secret, downwardAPI and projected volumes from the API. Throws with the words
// that FailedMount events carry.
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import type { VolumeProjection } from '../../api/kinds/core/v1/volumes/projected.ts';
import type { NodeFacts } from '../env/field-ref.ts';
import { type Pod, podNamespace, specOf } from '../pod.ts';
import type { ReferencedObjects } from '../references/referenced-objects.ts';
import { DEFAULT_MODE, downwardPayload, keyedPayload, type Payload, textData } from './payload.ts';
import type { TokenSource } from './token-source.ts';

export interface ProjectionContext {
  readonly objects: Pick<ReferencedObjects, 'configMap' | 'secret'>;
  readonly tokens: TokenSource;
  readonly facts: (pod: Pod) => NodeFacts;
}

/** undefined for a volume that is not made of API objects. */
export function projectedSources(
  volume: Volume,
): { sources: readonly VolumeProjection[]; mode: number } | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) {
    const { name, items, optional, defaultMode } = configMap;
    return one({ configMap: { name, items, optional } }, defaultMode);
  }
  if (secret) {
    const { secretName, items, optional, defaultMode } = secret;
    return one({ secret: { name: secretName, items, optional } }, defaultMode);
  }
  if (downwardAPI) return one({ downwardAPI: { items: downwardAPI.items } }, downwardAPI.defaultMode);
  if (projected) return { sources: projected.sources ?? [], mode: projected.defaultMode ?? DEFAULT_MODE };
  return undefined;
}

const one = (source: VolumeProjection, mode = DEFAULT_MODE) => ({ sources: [source], mode });

export async function gatherPayload(
  pod: Pod,
  volume: { readonly sources: readonly VolumeProjection[]; readonly mode: number },
  context: ProjectionContext,
): Promise<Payload> {
  const parts = await Promise.all(
    volume.sources.map((source) => gatherOne(pod, source, volume.mode, context)),
  );
  const payload: Payload = new Map();
  for (const part of parts) for (const [path, file] of part) payload.set(path, file);
  return payload;
}

async function gatherOne(
  pod: Pod,
  source: VolumeProjection,
  mode: number,
  context: ProjectionContext,
): Promise<Payload> {
  if (source.configMap) return configMapPayload(pod, source.configMap, mode, context);
  if (source.secret) return secretPayload(pod, source.secret, mode, context);
  if (source.downwardAPI)
    return downwardPayload(pod, source.downwardAPI.items ?? [], mode, context.facts(pod));
  if (source.serviceAccountToken) return tokenPayload(pod, source.serviceAccountToken, mode, context);
  throw new Error(`projected volume source ${Object.keys(source)[0] ?? ''} is not supported`);
}

type Named = NonNullable<VolumeProjection['configMap']>;

async function configMapPayload(
  pod: Pod,
  { name = '', items, optional = false }: Named,
  mode: number,
  { objects }: ProjectionContext,
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
  { objects }: ProjectionContext,
): Promise<Payload> {
  const secret = await objects.secret(podNamespace(pod), name);
  if (!secret && !optional) throw new Error(`secret "${name}" not found`);
  return keyedPayload({ what: 'secret', data: textData(secret?.data, 'base64'), items, mode, optional });
}

async function tokenPayload(
  pod: Pod,
  wish: NonNullable<VolumeProjection['serviceAccountToken']>,
  mode: number,
  { tokens }: ProjectionContext,
): Promise<Payload> {
  const token = await tokens.get(pod, wish);
  const uid = commonUser(pod);
  const { fsGroup } = specOf(pod).securityContext ?? {};
  const narrow = uid !== undefined || fsGroup !== undefined;
  const file = { data: Buffer.from(token), mode: narrow ? 0o600 : mode, ...(uid !== undefined && { uid }) };
  return new Map([[wish.path, file]]);
}

/** The user that all containers run as, if the spec says it. */
function commonUser(pod: Pod): number | undefined {
  const spec = specOf(pod);
  const users = new Set(
    [...(spec.initContainers ?? []), ...spec.containers].map(
      (c) => c.securityContext?.runAsUser ?? spec.securityContext?.runAsUser,
    ),
  );
  return users.size === 1 ? [...users][0] : undefined;
}
