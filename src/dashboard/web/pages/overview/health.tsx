// The API server's own checks, and what the nodes have and give.
import type { Node } from '../../../../api/kinds/core/v1/node.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';
import { ApiError, api } from '../../api/client.ts';
import type { Live } from '../../api/live.ts';
import { view } from '../../api/views.ts';
import { bytesText, coresText } from '../../pieces/amounts/amounts.ts';
import { Meter } from '../../pieces/amounts/meter.tsx';
import { usePolled } from '../../pieces/polled.ts';
import { Badge } from '../../pieces/small.tsx';

interface Checks {
  readonly passed: number;
  readonly failed: readonly string[];
}

interface Version {
  readonly gitVersion: string;
  readonly platform?: string;
}

interface Requests {
  readonly nodes: Readonly<Record<string, { readonly cpu: number; readonly memory: number }>>;
}

interface Metrics {
  readonly items: readonly { readonly usage: { readonly cpu: string; readonly memory: string } }[];
}

const EVERY_MS = 10_000;

export function Health({ nodes }: { readonly nodes: Live<Node> }) {
  const checks = usePolled('readyz', askChecks, EVERY_MS);
  const version = usePolled('version', () => api.get<Version>('/version'), 60 * EVERY_MS);
  const requests = usePolled('requests', () => view<Requests>('requests'), 2 * EVERY_MS);
  const metrics = usePolled(
    'metrics',
    () => api.get<Metrics>('/apis/metrics.k8s.io/v1beta1/nodes'),
    EVERY_MS,
  );
  const sum = (name: 'cpu' | 'memory') =>
    nodes.items.value.reduce(
      (total, { status }) => total + approximate(status?.allocatable?.[name] ?? '0'),
      0,
    );
  const requested = (name: 'cpu' | 'memory') =>
    requests.value && Object.values(requests.value.nodes).reduce((total, each) => total + each[name], 0);
  const used = (name: 'cpu' | 'memory') =>
    metrics.value?.items.reduce((total, { usage }) => total + approximate(usage[name]), 0);
  return (
    <section class="card" aria-labelledby="health">
      <header class="card-head">
        <h2 id="health">Health</h2>
        {version.value && <span class="dim">{version.value.gitVersion}</span>}
      </header>
      {nodes.state.value === 'refused' ? (
        <p class="dim">You may not list nodes: what they have and give is not shown.</p>
      ) : (
        <div class="health-meters">
          <Meter
            title="CPU"
            most={sum('cpu')}
            used={used('cpu')}
            requested={scaled(requested('cpu'), 1000)}
            text={coresText}
          />
          <Meter
            title="Memory"
            most={sum('memory')}
            used={used('memory')}
            requested={requested('memory')}
            text={bytesText}
          />
        </div>
      )}
      <p class="health-checks">
        {checks.value ? (
          checks.value.failed.length === 0 ? (
            <>
              <Badge tone="good">API ready</Badge> <span class="dim">{checks.value.passed} checks pass</span>
            </>
          ) : (
            <>
              <Badge tone="bad">API not ready</Badge> {checks.value.failed.join(', ')}
            </>
          )
        ) : (
          <span class="dim">{checks.error ? 'Its checks may not be read' : 'Checking …'}</span>
        )}
      </p>
    </section>
  );
}

const scaled = (value: number | undefined, by: number): number | undefined =>
  value === undefined ? undefined : value / by;

/** A line for each check: `[+]ping ok`, `[-]etcd failed: …`. */
async function askChecks(): Promise<Checks> {
  const text = await api.text('/readyz', { verbose: 1 }).catch((error: unknown) => {
    if (error instanceof ApiError && error.status >= 500) return error.message;
    throw error;
  });
  const lines = text.split('\n');
  return {
    passed: lines.filter((line) => line.startsWith('[+]')).length,
    failed: lines.filter((line) => line.startsWith('[-]')).map((line) => line.slice(3)),
  };
}
