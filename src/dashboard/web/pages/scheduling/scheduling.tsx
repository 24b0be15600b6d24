// Pods that wait for a node, and what each node says: the scheduler's own answer (docs/why.md), asked with the rights of the session.
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../../../api/meta/v1/conditions.ts';
import { keyOf, nameOf, namespaceOf, splitKey } from '../../../../api/meta/v1/object.ts';
import { type Placement, placementPath } from '../../../../api/pods/placement.ts';
import { headline, standing } from '../../../../api/why/headline.ts';
import { groupVerdicts, nodesText, type VerdictGroup } from '../../../../api/why/verdict-groups.ts';
import { ApiError, api } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { objectHref } from '../../app/links.ts';
import { namespaceChoice, route, setQuery } from '../../app/route.ts';
import { ageText } from '../../pieces/age.ts';
import '../../pieces/plain-table.css';
import { type Polled, useNow, usePolled } from '../../pieces/polled.ts';
import { Badge, Empty, Refused, Spinner } from '../../pieces/small.tsx';
import './scheduling.css';

const PODS = { group: '', version: 'v1', plural: 'pods' };
const WAITING = { fieldSelector: 'spec.nodeName=,status.phase=Pending' };
const EVERY_MS = 5_000;

export default function SchedulingPage() {
  const namespace = namespaceChoice.value;
  const now = useNow();
  const path = namespace ? `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods` : '/api/v1/pods';
  const { items, state, error } = useLive<Pod>(path, WAITING);
  const pods = [...items.value].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  const asked = route.value.query.get('pod') ?? '';
  const chosen = asked || (pods[0] ? keyOf(pods[0]) : '');
  return (
    <div class="page scheduling">
      <header class="page-head">
        <h1>Scheduling</h1>
        <span class="count" data-count={pods.length}>
          {pods.length}
        </span>
        <span class="dim">{pods.length === 1 ? 'pod waits' : 'pods wait'} for a node</span>
      </header>
      {state.value === 'refused' ? (
        <Refused error={error.value} what="pods" />
      ) : state.value === 'loading' && pods.length === 0 ? (
        <Spinner />
      ) : pods.length === 0 && !asked ? (
        <Empty title={`Every pod${namespace ? ` of ${namespace}` : ''} has a node`} />
      ) : (
        <div class="scheduling-body">
          <Waiting pods={pods} chosen={chosen} now={now} />
          {chosen && <Verdict key={chosen} pod={chosen} known={pods.find((pod) => keyOf(pod) === chosen)} />}
        </div>
      )}
    </div>
  );
}

function Waiting({
  pods,
  chosen,
  now,
}: {
  readonly pods: readonly Pod[];
  readonly chosen: string;
  readonly now: number;
}) {
  return (
    <section class="card flush" aria-label="Pods that wait">
      <ul class="waiting">
        {pods.map((pod) => {
          const condition = conditionOf(pod, 'PodScheduled');
          const key = keyOf(pod);
          return (
            <li key={key}>
              <button type="button" aria-pressed={key === chosen} onClick={() => setQuery({ pod: key })}>
                <span class="waiting-name">{nameOf(pod)}</span>
                <span class="dim">
                  {namespaceOf(pod)}, {ageText(Date.parse(pod.metadata.creationTimestamp ?? ''), now)}
                </span>
                <Badge tone={condition?.reason === 'Unschedulable' ? 'bad' : 'warn'}>
                  {condition?.reason || 'Pending'}
                </Badge>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Verdict({ pod, known }: { readonly pod: string; readonly known: Pod | undefined }) {
  const { namespace, name } = splitKey(pod);
  const asked = usePolled(`why ${pod}`, () => api.get<Placement>(placementPath(namespace, name)), EVERY_MS);
  return (
    <section class="card flush verdict" aria-labelledby="verdict" aria-live="polite">
      <header class="card-head">
        <h2 id="verdict">
          <a href={objectHref(PODS, namespace, name)}>{name}</a>
        </h2>
        <span class="dim">{namespace}</span>
      </header>
      <Answer asked={asked} known={known} />
    </section>
  );
}

function Answer({ asked, known }: { readonly asked: Polled<Placement>; readonly known: Pod | undefined }) {
  const { value: placement, error } = asked;
  if (!placement) {
    if (!error) return <Spinner />;
    const message = known && conditionOf(known, 'PodScheduled')?.message;
    return (
      <div class="verdict-text">
        {message && <p>{message}</p>}
        <p class="dim">
          {error instanceof ApiError && error.status === 403
            ? 'You may not read this pod: nodes are not shown.'
            : `Nodes are not shown: ${error.message}`}
        </p>
      </div>
    );
  }
  const groups = groupVerdicts(placement.nodes?.verdicts ?? []);
  const stands = standing(placement);
  return (
    <>
      <div class="verdict-text">
        <p class="verdict-head">It {headline(placement, groups)}.</p>
        {stands && <p class="dim">{stands}</p>}
        {placement.lastAttempt && <p class="dim">The scheduler’s message: {placement.lastAttempt.message}</p>}
        {placement.nodes?.hidden && <p class="warn">You may not list nodes: they are only counted.</p>}
      </div>
      {groups.length > 0 && <Groups groups={groups} />}
    </>
  );
}

/** Nodes that say the same share a part; those that are closest to take the pod come first. */
function Groups({ groups }: { readonly groups: readonly VerdictGroup[] }) {
  return (
    <div class="scroll-x">
      <table class="plain-table full verdict-table">
        <thead>
          <tr>
            <th scope="col">Nodes</th>
            <th scope="col">Plug-in</th>
            <th scope="col">Reason</th>
            <th scope="col">What would help</th>
          </tr>
        </thead>
        {groups.map(({ nodes, lines, fits }, i) => (
          <tbody key={nodes[0]}>
            {fits ? (
              <tr>
                <td title={nodes.join(', ')}>{nodesText(nodes)}</td>
                <td />
                <td>
                  <Badge tone="good">fits</Badge>
                </td>
                <td />
              </tr>
            ) : (
              lines.map(({ plugin, reason, needs }, line) => (
                <tr key={`${plugin} ${reason}`}>
                  <td title={nodes.join(', ')}>
                    {line === 0 && (
                      <>
                        {nodesText(nodes)}
                        {i === 0 && groups.length > 1 && <span class="closest">closest</span>}
                      </>
                    )}
                  </td>
                  <td class="dim">{plugin}</td>
                  <td>{reason}</td>
                  <td class="needs">{needs}</td>
                </tr>
              ))
            )}
          </tbody>
        ))}
      </table>
    </div>
  );
}
