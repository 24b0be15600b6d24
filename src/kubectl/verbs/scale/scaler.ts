// Sets the size of a workload through its scale subresource, with preconditions and, if wanted, until as many run. Called by `scale`.
import { isConflict } from '../../../api/status/status-error.ts';
import type { Io } from '../../io/io.ts';
import type { Info } from '../../resources/info.ts';
import type { KubeObject } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';
import { goQuote } from '../../text/quote.ts';

export interface Scaling {
  readonly session: Session;
  readonly io: Io;
  readonly replicas: number;
  /** None when negative. */
  readonly currentReplicas: number;
  /** None when empty. */
  readonly resourceVersion: string;
  readonly serverDryRun: boolean;
  /** How long to wait until as many run; 0 does not wait. */
  readonly waitMs: number;
}

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

const EVERY_MS = 1_000;
const RETRY_MS = 300_000;

/** The size that the server says the workload has now. */
export async function scale(scaling: Scaling, info: Info): Promise<number> {
  const { io, waitMs } = scaling;
  const end = io.clock.monotonic() + RETRY_MS;
  for (;;) {
    try {
      const scaled = await scaleOnce(scaling, info);
      if (waitMs > 0) await untilScaled(scaling, info);
      return scaled.spec?.replicas ?? 0;
    } catch (error) {
      if (!isConflict(error) || io.clock.monotonic() > end) throw error;
      await io.clock.sleep(EVERY_MS, io.signal);
    }
  }
}

async function scaleOnce({ session, serverDryRun, ...wanted }: Scaling, info: Info): Promise<Scale> {
  const { replicas } = wanted;
  const path = info.path('scale');
  const query = { dryRun: serverDryRun ? 'All' : undefined };
  if (wanted.currentReplicas < 0 && wanted.resourceVersion === '')
    return session.json<Scale>({
      method: 'PATCH',
      path,
      query,
      contentType: 'application/merge-patch+json',
      body: { spec: { replicas } },
    });
  const current = await session.json<Scale>({ path });
  checkPreconditions(wanted, current);
  const body = { ...current, spec: { ...current.spec, replicas } };
  return session.json<Scale>({ method: 'PUT', path, query, body });
}

export function checkPreconditions(
  { currentReplicas, resourceVersion }: Pick<Scaling, 'currentReplicas' | 'resourceVersion'>,
  { spec, metadata }: Scale,
): void {
  const expected = (what: string, wanted: string | number, found: string | number): Error =>
    new Error(`Expected ${what} to be ${wanted}, was ${found}`);
  const replicas = spec?.replicas ?? 0;
  if (currentReplicas !== -1 && replicas !== currentReplicas)
    throw expected('replicas', currentReplicas, replicas);
  const version = metadata?.resourceVersion ?? '';
  if (resourceVersion !== '' && version !== resourceVersion)
    throw expected('resource version', resourceVersion, version);
}

/** Ends early when somebody else changed the size. */
async function untilScaled({ session, io, replicas, waitMs }: Scaling, info: Info): Promise<void> {
  const end = io.clock.monotonic() + waitMs;
  for (;;) {
    const { spec, status } = await session.json<Scale>({ path: info.path('scale') });
    if ((spec?.replicas ?? 0) !== replicas || (status?.replicas ?? 0) === replicas) return;
    if (io.clock.monotonic() + EVERY_MS > end)
      throw new Error(`timed out waiting for ${goQuote(info.name)} to be synced`);
    await io.clock.sleep(EVERY_MS, io.signal);
  }
}
