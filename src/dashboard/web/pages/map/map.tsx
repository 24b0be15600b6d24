// Who talks to whom: from outside through doors, routes and Services to workloads, and what network policies let through between those.
import { useMemo, useState } from 'preact/hooks';
import { namespaceChoice, route, setQuery } from '../../app/route.ts';
import '../../pieces/plain-table.css';
import { Empty, Spinner } from '../../pieces/small.tsx';
import { Details } from './details.tsx';
import './map.css';
import { MapTable } from './map-table.tsx';
import { Picture } from './picture.tsx';
import { useMapSources } from './sources.ts';

/** Boxes, and lines of policies, that are still readable. */
const MOST_BOXES = 400;
const MOST_LINES = 60;
const NARROW = '(max-width: 700px)';

export default function MapPage() {
  const namespace = namespaceChoice.value;
  return <NetworkMap key={namespace} namespace={namespace} />;
}

function NetworkMap({ namespace }: { readonly namespace: string }) {
  const { graph, policies, isLoading, hidden } = useMapSources(namespace);
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const asTable =
    (route.value.query.get('as') ?? (matchMedia(NARROW).matches ? 'table' : 'picture')) === 'table';
  const allowed = useMemo(() => policies.allowed(MOST_LINES), [policies]);
  const drawn =
    chosen === undefined
      ? allowed.connections
      : policies.around(chosen).filter(({ answer }) => answer === 'allowed');
  const isTooMuch = graph.nodes.length > MOST_BOXES;
  return (
    <div class={`page map-page ${asTable ? '' : 'whole'}`}>
      <header class="page-head">
        <h1>Map</h1>
        <span class="dim">{namespace ? `of namespace ${namespace}` : 'of all namespaces'}</span>
        <div class="page-tools">
          <button
            type="button"
            class="button small"
            aria-pressed={!asTable}
            onClick={() => setQuery({ as: asTable ? 'picture' : 'table' })}
          >
            {asTable ? 'As a picture' : 'As tables'}
          </button>
        </div>
      </header>
      {hidden.length > 0 && (
        <p class="dim">Not shown, because you may not list them here: {hidden.join(', ')}.</p>
      )}
      {graph.nodes.length === 0 ? (
        isLoading ? (
          <Spinner />
        ) : (
          <Empty title="There is nothing to draw here" />
        )
      ) : asTable ? (
        <MapTable graph={graph} connections={allowed.connections} hasPolicies={!policies.isEmpty} />
      ) : isTooMuch ? (
        <Empty title={`${graph.nodes.length} boxes are too many for a picture`}>
          <p class="empty-text">Choose a namespace above, or look at the tables.</p>
        </Empty>
      ) : (
        <div class="map-body">
          <Picture
            graph={graph}
            policies={policies}
            connections={drawn}
            chosen={chosen}
            onChoose={setChosen}
          />
          {chosen !== undefined && (
            <Details id={chosen} graph={graph} policies={policies} onChoose={setChosen} />
          )}
        </div>
      )}
      {!asTable && graph.nodes.length > 0 && (
        <p class="map-legend dim">
          <span class="legend-line" /> leads to
          <span class="legend-line allowed" /> let through by network policies
          <span class="legend-text">
            {policies.isEmpty
              ? 'There are no network policies here: everybody may reach everybody.'
              : 'What no policy selects may reach and be reached by everybody.'}
            {allowed.more && ' Not all lines are drawn; choose a box to see its own.'}
          </span>
        </p>
      )}
    </div>
  );
}
