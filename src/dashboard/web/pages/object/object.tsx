// One object: its name, what may be done with it, and its tabs.
import { computed, type ReadonlySignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { kindOf, kinds } from '../../api/discovery.ts';
import { apiVersionOf, type Kind, objectPath } from '../../api/kind.ts';
import { useObject } from '../../api/live.ts';
import { groupOf, listHref } from '../../app/links.ts';
import { titleOf } from '../../app/navigation.ts';
import type { PageProps } from '../../app/page.ts';
import { setQuery } from '../../app/route.ts';
import { Badge, Empty, Refused, Spinner } from '../../pieces/small.tsx';
import { Tabs } from '../../pieces/tabs.tsx';
import { ActionBar } from './actions/action-bar.tsx';
import type { KubeObject } from './object-shape.ts';
import type { Tab, TabProps } from './tab.ts';
import { tabs } from './tabs.ts';
import './object.css';

export default function ObjectPage({ params, query }: PageProps) {
  const { group = 'core', plural = '', name = '' } = params;
  const namespace = params.namespace === '-' ? '' : (params.namespace ?? '');
  const kind = kindOf(groupOf(group), plural);
  if (!kind) return kinds.value.length === 0 ? <Spinner /> : <Empty title="The server has no such kind" />;
  const key = objectPath(kind, namespace, name);
  return <OneObject key={key} kind={kind} namespace={namespace} name={name} tab={query.get('tab') ?? ''} />;
}

interface OneObjectProps {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly tab: string;
}

/** Items of lists do not say their kind. */
function useKnownObject(kind: Kind, namespace: string, name: string) {
  const live = useObject<KubeObject>(objectPath(kind, namespace, name));
  const object = useMemo(
    () =>
      computed((): KubeObject | undefined => {
        const found = live.object.value;
        return found && { ...found, apiVersion: apiVersionOf(kind), kind: kind.kind };
      }),
    [live],
  );
  return { ...live, object };
}

function OneObject({ kind, namespace, name, tab }: OneObjectProps) {
  const { object, state, error } = useKnownObject(kind, namespace, name);
  const fitting = tabs.filter(({ fits }) => fits(kind));
  const chosen = fitting.find(({ id }) => id === tab) ?? fitting[0]!;
  const now = object.value;
  if (state.value === 'refused') return <Refused error={error.value} what={`${kind.kind} ${name}`} />;
  return (
    <div class="page object-page">
      <header class="page-head">
        <nav class="trail" aria-label="Where">
          <a href={listHref(kind, namespace)}>{titleOf(kind)}</a>
          {namespace && <span class="dim">{namespace}</span>}
        </nav>
        <h1>{name}</h1>
        {now?.metadata.deletionTimestamp && <Badge tone="busy">being deleted</Badge>}
        {now && <ActionBar target={{ kind, namespace, name, object: now }} />}
      </header>
      {state.value === 'gone' ? (
        <Empty title={`${kind.kind} ${name} does not exist`}>
          <p class="empty-text">It was deleted, or never was.</p>
        </Empty>
      ) : now ? (
        <>
          <Tabs
            tabs={fitting}
            chosen={chosen.id}
            onChoose={(id) => setQuery({ tab: id === 'overview' ? undefined : id })}
          />
          <div class="tab" role="tabpanel" aria-label={chosen.title}>
            <LazyTab
              key={chosen.id}
              tab={chosen}
              kind={kind}
              namespace={namespace}
              name={name}
              object={object}
            />
          </div>
        </>
      ) : (
        <Spinner />
      )}
    </div>
  );
}

interface LazyTabProps {
  readonly tab: Tab;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly object: ReadonlySignal<KubeObject | undefined>;
}

function LazyTab({ tab, ...props }: LazyTabProps) {
  const [Loaded, setLoaded] = useState<FunctionComponent<TabProps> | undefined>(undefined);
  const [isLost, setIsLost] = useState(false);
  useEffect(() => {
    tab.load().then(
      ({ default: found }) => setLoaded(() => found),
      () => setIsLost(true),
    );
  }, [tab]);
  if (isLost) return <Empty title="This part of the page could not be loaded. Load the page again." />;
  return Loaded ? <Loaded {...props} /> : <Spinner />;
}
