// The first page: what is wrong first, then how much there is, then the warnings of the last hour.
import { view } from '../../api/views.ts';
import { listHref } from '../../app/links.ts';
import { namespaceChoice } from '../../app/route.ts';
import { useNow, usePolled } from '../../pieces/polled.ts';
import { collect } from './collect.ts';
import { FindingList } from './finding-list.tsx';
import type { CertificateEnd } from './findings/certificates.ts';
import { KINDS } from './findings/finding.ts';
import { nodeFindings } from './findings/nodes.ts';
import { recentWarnings } from './findings/warnings.ts';
import { Health } from './health.tsx';
import { Parts, podParts, Tile } from './numbers.tsx';
import '../../pieces/plain-table.css';
import './overview.css';
import { usePodsSeen } from './pod-findings.ts';
import { type Sources, useSources } from './sources.ts';
import { WarningTable } from './warning-table.tsx';

const MINUTES_5 = 5 * 60_000;

export default function OverviewPage() {
  const namespace = namespaceChoice.value;
  return <Overview key={namespace} namespace={namespace} />;
}

function Overview({ namespace }: { readonly namespace: string }) {
  const now = useNow();
  const sources = useSources(namespace);
  const pods = usePodsSeen(sources.pods, now);
  const certificates = usePolled(
    `certificates ${namespace}`,
    () => view<{ ends: CertificateEnd[] }>('certificates', { namespace }),
    MINUTES_5,
  );
  const findings = collect(sources, pods.findings, certificates.value?.ends ?? [], now);
  const hidden = [...sources.hidden.value, ...(certificates.error ? ['certificates in secrets'] : [])];
  const bad = findings.filter(({ severity }) => severity === 'bad').length;
  const isLoading = sources.pods?.state.value !== 'live' && sources.pods?.state.value !== 'refused';
  return (
    <div class="page">
      <header class="page-head">
        <h1>Overview</h1>
        <span class="dim">{namespace ? `of namespace ${namespace}` : 'of the cluster'}</span>
      </header>
      <section class="card flush" aria-labelledby="wrong">
        <header class="card-head">
          <h2 id="wrong">What is wrong</h2>
          {findings.length > 0 && (
            <span class="dim">
              {bad > 0 && <span class="bad">{bad} broken</span>}
              {bad > 0 && findings.length > bad && ', '}
              {findings.length > bad && `${findings.length - bad} to look at`}
            </span>
          )}
        </header>
        <FindingList findings={findings} hidden={hidden} isLoading={isLoading} now={now} />
        {hidden.length > 0 && (
          <p class="not-looked-at">
            Not looked at, because you may not list them
            {namespace ? ` in ${namespace}` : ' in all namespaces'}: {hidden.join(', ')}.
            {!namespace && ' Choosing a namespace above may show more.'}
          </p>
        )}
      </section>
      <Numbers sources={sources} namespace={namespace} byStatus={pods.byStatus} />
      <div class="overview-halves">
        <WarningTable
          warnings={recentWarnings(sources.events.items.value, now)}
          hidden={sources.events.state.value === 'refused'}
          now={now}
        />
        {!namespace && <Health nodes={sources.nodes} />}
      </div>
    </div>
  );
}

function Numbers({
  sources,
  namespace,
  byStatus,
}: {
  readonly sources: Sources;
  readonly namespace: string;
  readonly byStatus: ReadonlyMap<string, number>;
}) {
  const pods = podParts(byStatus);
  const nodes = sources.nodes.items.value;
  const claims = sources.claims.items.value;
  const workloads = [
    ...sources.deployments.items.value.map(
      ({ spec, status }) => (status?.availableReplicas ?? 0) >= (spec?.replicas ?? 1),
    ),
    ...sources.statefulSets.items.value.map(
      ({ spec, status }) => (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1),
    ),
    ...sources.daemonSets.items.value.map(
      ({ status }) => (status?.numberReady ?? 0) >= (status?.desiredNumberScheduled ?? 0),
    ),
  ];
  const isHidden = (...names: (keyof Sources & ('nodes' | 'claims' | 'deployments' | 'services'))[]) =>
    names.every((name) => sources[name].state.value === 'refused');
  return (
    <section class="tiles" aria-label="Numbers">
      {!namespace && (
        <Tile
          title="Nodes ready"
          href="/dashboard/nodes"
          hidden={isHidden('nodes')}
          good={nodes.filter((node) => !nodeFindings(node).some(({ severity }) => severity === 'bad')).length}
          total={nodes.length}
        />
      )}
      <Tile
        title="Pods well"
        href={listHref(KINDS.Pod, namespace)}
        hidden={sources.pods?.state.value === 'refused'}
        good={pods.good}
        total={pods.total}
      >
        <Parts parts={pods.parts} />
      </Tile>
      <Tile
        title="Workloads complete"
        href={listHref(KINDS.Deployment, namespace)}
        hidden={isHidden('deployments')}
        good={workloads.filter(Boolean).length}
        total={workloads.length}
      />
      <Tile
        title="Claims bound"
        href="/dashboard/storage"
        hidden={isHidden('claims')}
        good={claims.filter(({ status }) => status?.phase === 'Bound').length}
        total={claims.length}
      />
      <Tile
        title="Services"
        href="/dashboard/map"
        hidden={isHidden('services')}
        good={sources.services.items.value.length}
        total={sources.services.items.value.length}
      />
    </section>
  );
}
