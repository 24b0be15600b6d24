// The scale subresource of what an autoscaler scales, of any kind that has one.
import type { Scale } from '../../api/kinds/autoscaling/v1/scale.ts';
import type { CrossVersionObjectReference } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { isConflict } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import { type Kinds, noMatch } from '../framework/discovered-kinds.ts';

export interface ScaleTarget {
  readonly kind: AnyResource;
  readonly scale: Scale;
}

/** The group of the reference; throws for an apiVersion that is none. Its version does not matter: discovery knows the preferred one. */
export function groupOf({ apiVersion = '' }: Readonly<CrossVersionObjectReference>): string {
  const parts = apiVersion.split('/');
  if (parts.length > 2) throw new Error(`unexpected GroupVersion string: ${apiVersion}`);
  return parts.length === 2 ? parts[0]! : '';
}

/** Of several resources of the kind, the first that has a scale. Rejects with why the first one has none. */
export async function scaleOf(
  client: Client,
  kinds: Kinds,
  namespace: string,
  group: string,
  { kind, name }: Readonly<CrossVersionObjectReference>,
): Promise<ScaleTarget> {
  const found = await kinds.named(group, kind);
  if (found.length === 0) throw new Error(noMatch(group, kind));
  let first: unknown;
  for (const resource of found)
    try {
      return { kind: resource, scale: await readScale(client, resource, namespace, name) };
    } catch (error) {
      first ??= error;
    }
  throw first;
}

const readScale = async (
  client: Client,
  kind: AnyResource,
  namespace: string,
  name: string,
): Promise<Scale> => parsed(await client.get(kind, name, namespace, { subresource: 'scale' }));

/** What the subresource gives is no object of the kind. */
const parsed = (scale: object): Scale => scale as Scale;

/** As often as upstream's DefaultRetry, milliseconds apart. */
const TRIES = 5;
const APART_MS = 10;

/** Sets the replicas. After a conflict it looks again; the number stays. */
export async function rescale(
  client: Client,
  clock: Pick<Clock, 'sleep'>,
  { kind, scale: seen }: ScaleTarget,
  namespace: string,
  replicas: number,
): Promise<void> {
  let scale = seen;
  for (let tries = 1; ; tries++)
    try {
      const wanted = { ...scale, spec: { ...scale.spec, replicas } };
      await client.update(kind, wanted, { subresource: 'scale' });
      return;
    } catch (error) {
      if (!isConflict(error) || tries >= TRIES) throw error;
      await clock.sleep(APART_MS);
      scale = await readScale(client, kind, namespace, scale.metadata?.name ?? '').catch(() => scale);
    }
}
