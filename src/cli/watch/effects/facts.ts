// What the header tells: who asks whom, and how much of the nodes is in use; and whether the server answers. Called by run.ts.
import { TIPHYS_VERSION } from '../../../api/meta/v1/version.ts';
import { addQuantity, milliValue, parseQuantity, wholeValue } from '../../../api/quantity/quantity.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { mappingsOf } from '../../../kubectl/discovery/discovery.ts';
import type { Facts, StateEvent } from '../model/state.ts';
import { type Connection, textOfError } from './connection.ts';

const HEARTBEAT_MS = 10_000;
const ANSWER_MS = 5_000;
/** Nodes of which usage is summed up. */
const MOST_NODES = '5000';
const MOST_NAMESPACES = '500';
/** Heartbeats between two looks at namespaces. */
const RARELY = 6;

interface Named {
  readonly metadata?: { readonly name?: string };
}

interface Node extends Named {
  readonly status?: { readonly allocatable?: Readonly<Record<string, string>> };
}

interface NodeMetrics extends Named {
  readonly usage?: Readonly<Record<string, string>>;
}

export const NO_FACTS: Facts = {
  context: '',
  cluster: '',
  user: '',
  version: TIPHYS_VERSION,
  server: '',
  cpu: '…',
  memory: '…',
};

/** Tells facts until the signal aborts. `back` is called when the server answers again. */
export async function tellFacts(
  connection: Connection,
  tell: (event: StateEvent) => void,
  back: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = connection;
  let isLost = false;
  let isKnown = false;
  for (let round = 0; !signal.aborted; round++) {
    try {
      const server = await asked<{ gitVersion?: string }>(connection, '/version', signal);
      tell({ type: 'facts', facts: { server: server.gitVersion ?? '' } });
      if (isLost) {
        tell({ type: 'lost', why: '' });
        back();
      }
      isLost = false;
      if (!isKnown) await tellOnce(connection, tell, signal);
      isKnown = true;
      if (round % RARELY === 0) await tellNamespaces(connection, tell, signal);
      tell({ type: 'facts', facts: await usageOf(connection, signal) });
    } catch (error) {
      if (signal.aborted) return;
      isLost = true;
      tell({ type: 'lost', why: textOfError(error) });
    }
    await clock.sleep(isLost ? 2_000 : HEARTBEAT_MS, signal).catch(() => {});
  }
}

async function asked<T>(
  { session, clock }: Connection,
  path: string,
  signal: AbortSignal,
  query: Readonly<Record<string, string>> = {},
): Promise<T> {
  const over = new AbortController();
  const stop = () => over.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const late = clock.after(ANSWER_MS, () => over.abort(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
  try {
    return await session.json<T>({ path, query, signal: over.signal });
  } catch (error) {
    throw over.signal.aborted ? over.signal.reason : error;
  } finally {
    late.cancel();
    signal.removeEventListener('abort', stop);
  }
}

async function tellOnce(connection: Connection, tell: (event: StateEvent) => void, signal: AbortSignal) {
  const { session } = connection;
  await tellKinds(connection, tell);
  const review = await session
    .json<{ status?: { userInfo?: { username?: string } } }>({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      signal,
    })
    .catch(() => undefined);
  const user = review?.status?.userInfo?.username;
  if (user) tell({ type: 'facts', facts: { user } });
}

/** Asks the server, whatever the cache on disk says: a definition may be new. */
export async function tellKinds({ session }: Connection, tell: (event: StateEvent) => void): Promise<void> {
  const served = await (await session.discovery()).renewed();
  // Of each resource the preferred version, which comes first.
  const seen = new Set<string>();
  const kinds = mappingsOf(served).filter(({ group, resource }) => {
    const name = `${resource}.${group}`;
    return !seen.has(name) && seen.add(name);
  });
  tell({ type: 'kinds', kinds });
}

async function tellNamespaces(
  connection: Connection,
  tell: (event: StateEvent) => void,
  signal: AbortSignal,
) {
  const list = await asked<{ items?: Named[] }>(connection, '/api/v1/namespaces', signal, {
    limit: MOST_NAMESPACES,
  }).catch(refusedOnly);
  const names = (list?.items ?? []).flatMap(({ metadata }) => metadata?.name ?? []);
  if (list) tell({ type: 'namespaces', names: favouritesFirst(names) });
}

/** Those of the system come last: digits are few. */
const favouritesFirst = (names: readonly string[]): string[] => {
  const isSystem = (name: string) => name.startsWith('kube-');
  return [...names.filter((name) => !isSystem(name)), ...names.filter(isSystem)];
};

function refusedOnly(error: unknown): undefined {
  if (error instanceof StatusError && error.code < 500) return undefined;
  throw error;
}

async function usageOf(connection: Connection, signal: AbortSignal): Promise<Pick<Facts, 'cpu' | 'memory'>> {
  try {
    const [nodes, metrics] = await Promise.all([
      asked<{ items?: Node[] }>(connection, '/api/v1/nodes', signal, { limit: MOST_NODES }),
      asked<{ items?: NodeMetrics[] }>(connection, '/apis/metrics.k8s.io/v1beta1/nodes', signal),
    ]);
    const share = (resource: string) => {
      const used = total((metrics.items ?? []).map(({ usage }) => usage?.[resource]));
      return { used, whole: total((nodes.items ?? []).map(({ status }) => status?.allocatable?.[resource])) };
    };
    const [cpu, memory] = [share('cpu'), share('memory')];
    return {
      cpu: `${(Number(milliValue(cpu.used)) / 1000).toFixed(1)} of ${Number(milliValue(cpu.whole)) / 1000}`,
      memory: `${gib(Number(wholeValue(memory.used)))} of ${gib(Number(wholeValue(memory.whole)))}`,
    };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const why = error.code === 403 ? 'not permitted' : 'not known';
    return { cpu: why, memory: why };
  }
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const total = (values: readonly (string | undefined)[]) =>
  values.reduce((sum, value) => addQuantity(sum, parseQuantity(value ?? '0')), parseQuantity('0'));
