// What is to be said of one box of the map: what it leads to, and what policies say of it and of all others.
import { objectHref } from '../../app/links.ts';
import { Badge } from '../../pieces/small.tsx';
import { type Graph, OUTSIDE } from './graph.ts';
import type { Connection, Policies } from './policies.ts';

export interface DetailsProps {
  readonly id: string;
  readonly graph: Graph;
  readonly policies: Policies;
  readonly onChoose: (id: string | undefined) => void;
}

export function Details({ id, graph, policies, onChoose }: DetailsProps) {
  const node = graph.nodes.find((each) => each.id === id);
  if (!node) return null;
  const { kind, name, namespace, note, problem, place, layer } = node;
  const nameOf = (other: string) =>
    other === OUTSIDE ? 'Outside' : (graph.nodes.find((each) => each.id === other)?.name ?? other);
  const isolation = policies.isolationOf(id);
  const around = layer === 'workload' ? policies.around(id) : [];
  return (
    <aside class="card map-details" aria-label={`${kind} ${name}`}>
      <header class="card-head">
        <h2>{place ? <a href={objectHref(place, place.namespace, place.name)}>{name}</a> : name}</h2>
        <button type="button" class="button small" onClick={() => onChoose(undefined)}>
          Close
        </button>
      </header>
      <p class="dim">
        {kind}
        {namespace && ` in ${namespace}`}
        {note && `, ${note}`}
      </p>
      {problem && <p class="bad">{problem}</p>}
      {layer === 'workload' && (
        <>
          <Isolation
            title="Who may reach it"
            names={isolation.ingress}
            open="everybody: no policy selects it for ingress"
          />
          <Answers connections={around.filter(({ to }) => to === id)} of={({ from }) => nameOf(from)} />
          <Isolation
            title="Whom it may reach"
            names={isolation.egress}
            open="everybody: no policy selects it for egress"
          />
          <Answers connections={around.filter(({ from }) => from === id)} of={({ to }) => nameOf(to)} />
        </>
      )}
    </aside>
  );
}

const Isolation = ({
  title,
  names,
  open,
}: {
  readonly title: string;
  readonly names: readonly string[];
  readonly open: string;
}) => (
  <>
    <h3>{title}</h3>
    <p class="dim">
      {names.length > 0 ? `only what ${names.join(', ')} ${names.length > 1 ? 'allow' : 'allows'}` : open}
    </p>
  </>
);

interface AnswersProps {
  readonly connections: readonly Connection[];
  readonly of: (connection: Connection) => string;
}

function Answers({ connections, of }: AnswersProps) {
  const allowed = connections.filter(({ answer }) => answer === 'allowed');
  const denied = connections.filter(({ answer }) => answer === 'denied');
  const against = [...new Set(denied.map(({ why }) => why))];
  return (
    <ul class="map-answers">
      {allowed.map((connection) => (
        <li key={`${connection.from} ${connection.to}`} title={connection.why}>
          <Badge tone="good">allowed</Badge>
          <span>{of(connection)}</span>
          <span class="dim">{connection.ports}</span>
        </li>
      ))}
      {denied.length > 0 && (
        <li title={against.join('; ')}>
          <Badge tone="bad">denied</Badge>
          <span class="dim">{denied.map(of).join(', ')}</span>
        </li>
      )}
    </ul>
  );
}
