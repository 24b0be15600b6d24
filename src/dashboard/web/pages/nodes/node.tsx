// One node: its hour, what it has and what is requested of it, its conditions and taints, its pods.
import type { Node } from '../../../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import { labelsOf, nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import { inUnits } from '../../../../api/pods/amounts.ts';
import { isPodTerminal } from '../../../../api/pods/phase.ts';
import { isPodReady } from '../../../../api/pods/readiness.ts';
import { podLimits, podRequests } from '../../../../api/pods/resources.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';
import { type Live, useLive, useObject } from '../../api/live.ts';
import { view } from '../../api/views.ts';
import { objectHref } from '../../app/links.ts';
import type { PageProps } from '../../app/page.ts';
import { ageText } from '../../pieces/age.ts';
import { bytesText, coresText } from '../../pieces/amounts/amounts.ts';
import { Chart } from '../../pieces/amounts/chart.tsx';
import { Meter } from '../../pieces/amounts/meter.tsx';
import { useNow, usePolled } from '../../pieces/polled.ts';
import { Badge, Empty, Refused, Spinner } from '../../pieces/small.tsx';
import { toneOf } from '../../pieces/tones.ts';
import { nodeRow } from './node-row.ts';
import '../../pieces/plain-table.css';
import './nodes.css';
import type { UsageAnswer } from './usage.ts';

const NODES = { group: '', version: 'v1', plural: 'nodes' };
const PODS = { group: '', version: 'v1', plural: 'pods' };
const EVERY_MS = 20_000;

export default function NodePage({ params }: PageProps) {
  const name = params.name ?? '';
  const { object, state, error } = useObject<Node>(`/api/v1/nodes/${encodeURIComponent(name)}`);
  const node = object.value;
  if (state.value === 'refused') return <Refused error={error.value} what={`node ${name}`} />;
  if (state.value === 'gone') return <Empty title={`There is no node ${name}`} />;
  return node ? <NodeView node={node} key={name} /> : <Spinner />;
}

function NodeView({ node }: { readonly node: Node }) {
  const name = nameOf(node);
  const now = useNow();
  const row = nodeRow(node);
  const pods = useLive<Pod>('/api/v1/pods', { fieldSelector: `spec.nodeName=${name}` });
  const usage = usePolled(`usage ${name}`, () => view<UsageAnswer>('usage', { name }), EVERY_MS);
  const series = usage.value?.series[name] ?? { times: [], cpu: [], memory: [] };
  const running = pods.items.value.filter((pod) => !isPodTerminal(pod));
  const total = (of: 'requests' | 'limits', resource: 'cpu' | 'memory') =>
    running.reduce(
      (sum, pod) => sum + ((of === 'requests' ? podRequests : podLimits)(pod, inUnits).get(resource) ?? 0),
      0,
    );
  const hidesPods = pods.state.value === 'refused';
  const last = (values: readonly (number | null)[]) =>
    values.findLast((value) => value !== null) ?? undefined;
  return (
    <div class="page node-page">
      <header class="page-head">
        <h1>{name}</h1>
        <Badge tone={toneOf(row.status) ?? 'plain'}>{row.status}</Badge>
        {row.roles && <span class="dim">{row.roles}</span>}
        <div class="page-tools">
          <a class="button small" href={objectHref(NODES, '', name)}>
            Details and actions
          </a>
        </div>
      </header>
      <section class="card charts" aria-label="The last hour">
        {usage.error ? (
          <p class="dim">You may not read metrics of nodes: charts are not shown.</p>
        ) : (
          <>
            <Chart
              title="CPU"
              times={series.times}
              values={series.cpu}
              text={coresText}
              most={{ label: 'it has', value: row.allocatable.cpu }}
            />
            <Chart
              title="Memory"
              times={series.times}
              values={series.memory}
              text={bytesText}
              binary
              most={{ label: 'it has', value: row.allocatable.memory }}
            />
          </>
        )}
      </section>
      <div class="node-halves">
        <section class="card" aria-labelledby="room">
          <h2 id="room">Room for pods</h2>
          {hidesPods ? (
            <p class="dim">You may not list pods in all namespaces: what they request is not shown.</p>
          ) : (
            <div class="node-meters">
              <Meter
                title="CPU"
                most={row.allocatable.cpu}
                used={last(series.cpu)}
                requested={total('requests', 'cpu') / 1000}
                text={coresText}
              />
              <Meter
                title="Memory"
                most={row.allocatable.memory}
                used={last(series.memory)}
                requested={total('requests', 'memory')}
                text={bytesText}
              />
              <Meter title="Pods" most={row.allocatable.pods} used={running.length} text={String} />
              <p class="dim">
                Limits: {coresText(total('limits', 'cpu') / 1000)} CPU, {bytesText(total('limits', 'memory'))}{' '}
                memory. The mark shows what is requested.
              </p>
            </div>
          )}
          <Capacity node={node} />
        </section>
        <section class="card" aria-labelledby="conditions">
          <h2 id="conditions">Conditions and taints</h2>
          <Conditions node={node} now={now} />
        </section>
      </div>
      <Pods pods={pods} now={now} hidden={hidesPods} />
    </div>
  );
}

function Conditions({ node, now }: { readonly node: Node; readonly now: number }) {
  const taints = node.spec?.taints ?? [];
  return (
    <>
      <table class="plain-table">
        <tbody>
          {(node.status?.conditions ?? []).map(({ type, status, message, lastTransitionTime }) => {
            const isWell = type === 'Ready' ? status === 'True' : status === 'False';
            return (
              <tr key={type}>
                <th scope="row">{type}</th>
                <td>
                  <Badge tone={isWell ? 'good' : status === 'Unknown' ? 'warn' : 'bad'}>{status}</Badge>
                </td>
                <td class="dim wrap">{message}</td>
                <td class="faint numeric">
                  {lastTransitionTime && ageText(Date.parse(lastTransitionTime), now)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {taints.length > 0 && (
        <ul class="taints" aria-label="Taints">
          {taints.map(({ key, value, effect }) => (
            <li key={`${key}${effect}`} class="mono">
              {key}
              {value && `=${value}`}:{effect}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Capacity({ node }: { readonly node: Node }) {
  const { nodeInfo, addresses = [], capacity = {}, allocatable = {} } = node.status ?? {};
  const others = Object.keys(capacity).filter(
    (name) => !['cpu', 'memory', 'pods'].includes(name) && approximate(capacity[name]!) > 0,
  );
  const facts: readonly (readonly [string, string | undefined])[] = [
    ...addresses.map(({ type, address }) => [type, address] as const),
    ['Kubelet', nodeInfo?.kubeletVersion],
    ['Runtime', nodeInfo?.containerRuntimeVersion],
    ['System', nodeInfo && `${nodeInfo.osImage}, ${nodeInfo.kernelVersion}, ${nodeInfo.architecture}`],
    ['Pod ranges', node.spec?.podCIDRs?.join(', ')],
    ['Zone', labelsOf(node)['topology.kubernetes.io/zone']],
    ...others.map((name) => [name, `${allocatable[name] ?? '0'} of ${capacity[name]}`] as const),
  ];
  return (
    <dl class="node-facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Pods({
  pods,
  now,
  hidden,
}: {
  readonly pods: Live<Pod>;
  readonly now: number;
  readonly hidden: boolean;
}) {
  if (hidden) return null;
  const rows = pods.items.value
    .map((pod) => ({ pod, requests: podRequests(pod, inUnits), limits: podLimits(pod, inUnits) }))
    .sort((a, b) => (b.requests.get('cpu') ?? 0) - (a.requests.get('cpu') ?? 0));
  return (
    <section class="card flush scroll-x" aria-labelledby="pods">
      <header class="card-head">
        <h2 id="pods">Pods</h2>
        <span class="count">{rows.length}</span>
      </header>
      <table class="plain-table full">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide-only">
              Namespace
            </th>
            <th scope="col">Status</th>
            <th scope="col" class="numeric">
              CPU requested
            </th>
            <th scope="col" class="numeric wide-only">
              limit
            </th>
            <th scope="col" class="numeric">
              Memory requested
            </th>
            <th scope="col" class="numeric wide-only">
              limit
            </th>
            <th scope="col" class="numeric wide-only">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ pod, requests, limits }) => {
            const status = pod.metadata.deletionTimestamp ? 'Terminating' : (pod.status?.phase ?? '');
            const isWell = isPodReady(pod) || status === 'Succeeded';
            return (
              <tr key={pod.metadata.uid}>
                <td>
                  <a href={objectHref(PODS, namespaceOf(pod), nameOf(pod))}>{nameOf(pod)}</a>
                </td>
                <td class="dim wide-only">{namespaceOf(pod)}</td>
                <td>
                  <Badge tone={isWell ? (toneOf(status) ?? 'plain') : 'warn'}>
                    {status === 'Running' && !isWell ? 'NotReady' : status}
                  </Badge>
                </td>
                <td class="numeric">{amount(requests.get('cpu'), (milli) => coresText(milli / 1000))}</td>
                <td class="numeric dim wide-only">
                  {amount(limits.get('cpu'), (milli) => coresText(milli / 1000))}
                </td>
                <td class="numeric">{amount(requests.get('memory'), bytesText)}</td>
                <td class="numeric dim wide-only">{amount(limits.get('memory'), bytesText)}</td>
                <td class="numeric dim wide-only">
                  {pod.metadata.creationTimestamp && ageText(Date.parse(pod.metadata.creationTimestamp), now)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const amount = (value: number | undefined, text: (value: number) => string) =>
  value ? text(value) : <span class="faint">–</span>;
