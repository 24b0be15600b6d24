// What `rollout pause`, `resume` and `restart` change in a workload. Pure; kubectl and the dashboard call it.
import { setKey } from '../patch/json.ts';

type Json = Record<string, unknown>;

/** Copies of `object` along `path`; what stands at its end is replaced. */
function withField(object: Json, path: readonly string[], value: unknown): Json {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  const inner = object[key];
  const copy = { ...object };
  const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  setKey(copy, key, rest.length === 0 ? value : withField(isMap ? (inner as Json) : {}, rest, value));
  return copy;
}

const isPaused = (object: Json): boolean =>
  (object.spec as { paused?: boolean } | undefined)?.paused === true;
const isDeployment = (object: Json): boolean => object.kind === 'Deployment' && isOfApps(object);
const isOfApps = ({ apiVersion }: Json): boolean => String(apiVersion).startsWith('apps/');
const RESTARTED = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

export function paused(object: Json): Json {
  if (!isDeployment(object)) throw new Error('pausing is not supported');
  if (isPaused(object)) throw new Error('is already paused');
  return withField(object, ['spec', 'paused'], true);
}

export function resumed(object: Json): Json {
  if (!isDeployment(object)) throw new Error('resuming is not supported');
  if (!isPaused(object)) throw new Error('is not paused');
  const { paused: _, ...spec } = object.spec as Json;
  return { ...object, spec };
}

/** `time` stands in an annotation of the pod template: RFC 3339 with the offset of the user's zone. */
export function restarted(object: Json, time: string): Json {
  if (!RESTARTED.has(String(object.kind)) || !isOfApps(object))
    throw new Error('restarting is not supported');
  if (isDeployment(object) && isPaused(object))
    throw new Error("can't restart paused deployment (run rollout resume first)");
  const path = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'];
  return withField(object, path, time);
}

/** Go's RFC3339 of a time in the machine's zone. */
export function localTime(ms: number): string {
  const minutes = -new Date(ms).getTimezoneOffset();
  const local = new Date(ms + minutes * 60_000).toISOString().slice(0, 19);
  if (minutes === 0) return `${local}Z`;
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
