// An object at a glance: facts, containers, conditions, what it has to do with, events.
import type { Event } from '../../../../../api/kinds/core/v1/event.ts';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { systemClock } from '../../../../../kit/clock.ts';
import { collectionPath, type Kind } from '../../../api/kind.ts';
import { useLive } from '../../../api/live.ts';
import { useTable } from '../../../api/table.ts';
import { ageText } from '../../../pieces/age.ts';
import { useNow } from '../../../pieces/polled.ts';
import { Badge, Spinner } from '../../../pieces/small.tsx';
import { toneOf } from '../../../pieces/tones.ts';
import type { KubeObject } from '../object-shape.ts';
import type { TabProps } from '../tab.ts';
import { conditionsOf, toneOfCondition } from './conditions.ts';
import { containersOf } from './containers.ts';
import { Containers } from './containers.tsx';
import { Data } from './data.tsx';
import { eventRows, fieldSelectorOf } from './events.ts';
import { columnFacts, type Fact, moreFacts, restOf } from './facts.ts';
import { FieldTree } from './field-tree.tsx';
import { Ports } from './ports.tsx';
import { templateOf } from './related.ts';
import { Related } from './related.tsx';
import { Usage } from './usage.tsx';
import './overview.css';

export default function OverviewTab({ kind, namespace, name, object }: TabProps) {
  const now = object.value;
  return now ? <Overview kind={kind} namespace={namespace} name={name} object={now} /> : <Spinner />;
}

interface OverviewProps {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly object: KubeObject;
}

function Overview({ kind, namespace, name, object }: OverviewProps) {
  // Ages go on.
  useNow();
  const isPod = kind.group === '' && kind.kind === 'Pod';
  const template = isPod ? undefined : templateOf(object);
  const conditions = conditionsOf(object);
  const isData = kind.group === '' && (kind.kind === 'ConfigMap' || kind.kind === 'Secret');
  const isNode = kind.group === '' && kind.kind === 'Node';
  const rest = isPod || isNode || template || isData ? [] : restOf(object);
  return (
    <div class="overview">
      <section class="card" aria-label="Facts">
        <Facts kind={kind} namespace={namespace} name={name} object={object} />
      </section>
      {isPod && <Containers views={containersOf(object as Pod)} namespace={namespace} />}
      {template && <Containers views={containersOf(template)} namespace={namespace} isTemplate />}
      {isPod && <Usage namespace={namespace} name={name} />}
      {(isPod || kind.kind === 'Service') && <Ports object={object} namespace={namespace} />}
      {isData && <Data object={object} />}
      {conditions.length > 0 && <Conditions conditions={conditions} />}
      <Related object={object} />
      {rest.map(([field, value]) => (
        <section class="card" key={field}>
          <h2>{field}</h2>
          <FieldTree value={value} />
        </section>
      ))}
      <Events object={object} namespace={namespace} />
    </div>
  );
}

function Facts({ kind, namespace, name, object }: OverviewProps) {
  const table = useTable(kind, namespace, { fieldSelector: `metadata.name=${name}` });
  const row = table?.items.value[0];
  const facts: Fact[] = [...columnFacts(table?.columns.value ?? [], row?.cells ?? []), ...moreFacts(object)];
  const {
    labels = {},
    annotations = {},
    creationTimestamp,
    deletionTimestamp,
    finalizers = [],
  } = object.metadata;
  return (
    <dl class="object-facts">
      {facts.map(({ label, value }) => {
        const tone = label === 'Status' || label === 'Ready' ? toneOf(value) : undefined;
        return (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{tone ? <Badge tone={tone}>{value}</Badge> : value}</dd>
          </div>
        );
      })}
      {creationTimestamp && (
        <div>
          <dt>Created</dt>
          <dd>
            {ageText(Date.parse(creationTimestamp), systemClock.now())} ago{' '}
            <span class="dim">{creationTimestamp}</span>
          </dd>
        </div>
      )}
      {deletionTimestamp && (
        <div>
          <dt>Being deleted</dt>
          <dd class="warn">
            since {deletionTimestamp}
            {finalizers.length > 0 && `, waits for ${finalizers.join(', ')}`}
          </dd>
        </div>
      )}
      <Pairs title="Labels" pairs={labels} />
      <Pairs title="Annotations" pairs={withoutLong(annotations)} />
    </dl>
  );
}

/** What `kubectl apply` leaves is a whole manifest; it may hold the values of a Secret. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function withoutLong(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const { [LAST_APPLIED]: _, ...rest } = annotations;
  return rest;
}

const Pairs = ({ title, pairs }: { title: string; pairs: Readonly<Record<string, string>> }) => {
  const entries = Object.entries(pairs);
  if (entries.length === 0) return null;
  return (
    <div class="wide">
      <dt>{title}</dt>
      <dd class="pairs">
        {entries.map(([key, value]) => (
          <span class="pair" key={key} title={`${key}: ${value}`}>
            <span class="dim">{key}</span>
            {value && ` ${value}`}
          </span>
        ))}
      </dd>
    </div>
  );
};

const Conditions = ({ conditions }: { conditions: ReturnType<typeof conditionsOf> }) => (
  <section class="card">
    <h2>Conditions</h2>
    <div class="table-scroll">
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Status</th>
            <th scope="col">Since</th>
            <th scope="col">Reason</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {conditions.map((condition) => (
            <tr key={condition.type}>
              <td>{condition.type}</td>
              <td>
                <Badge tone={toneOfCondition(condition)}>{condition.status}</Badge>
              </td>
              <td class="dim">{sinceText(condition.lastTransitionTime ?? condition.lastUpdateTime)}</td>
              <td>{condition.reason}</td>
              <td class="message">{condition.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

const sinceText = (time: string | undefined): string =>
  time ? ageText(Date.parse(time), systemClock.now()) : '';

function Events({ object, namespace }: { object: KubeObject; namespace: string }) {
  const path = collectionPath({ group: '', version: 'v1', plural: 'events' }, namespace);
  const live = useLive<Event>(path, { fieldSelector: fieldSelectorOf(object) });
  if (live.state.value === 'refused') return null;
  const rows = eventRows(live.items.value, object);
  return (
    <section class="card">
      <h2>Events</h2>
      {rows.length === 0 ? (
        <p class="dim">None. Events are kept for an hour.</p>
      ) : (
        <div class="table-scroll">
          <table class="plain-table">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col">Age</th>
                <th scope="col">From</th>
                <th scope="col">Message</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, isWarning, reason, message, from, count, last }) => (
                <tr key={key}>
                  <td>{isWarning ? <Badge tone="warn">{reason}</Badge> : reason}</td>
                  <td class="dim">
                    {ageText(last, systemClock.now())}
                    {count > 1 && ` (×${count})`}
                  </td>
                  <td class="dim">{from}</td>
                  <td class="message">{message}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
