// The map as tables, for those who do not see the picture, and for small screens.
import { objectHref } from '../../app/links.ts';
import { Badge } from '../../pieces/small.tsx';
import type { Graph, MapNode } from './graph.ts';
import type { Connection } from './policies.ts';

export interface MapTableProps {
  readonly graph: Graph;
  readonly connections: readonly Connection[];
  readonly hasPolicies: boolean;
}

export function MapTable({ graph, connections, hasPolicies }: MapTableProps) {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return (
    <div class="map-tables">
      <section class="card flush scroll-x" aria-labelledby="leads">
        <header class="card-head">
          <h2 id="leads">What leads where</h2>
          <span class="count">{graph.edges.length}</span>
        </header>
        <table class="plain-table full">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {graph.edges.map(({ from, to, label }) => (
              <tr key={`${from} ${to}`}>
                <td>
                  <Name node={byId.get(from)} />
                </td>
                <td>
                  <Name node={byId.get(to)} />
                </td>
                <td class="dim">{label}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="card flush scroll-x" aria-labelledby="policies">
        <header class="card-head">
          <h2 id="policies">What network policies let through</h2>
        </header>
        {!hasPolicies ? (
          <p class="map-none dim">There are no network policies: everybody may reach everybody.</p>
        ) : connections.length === 0 ? (
          <p class="map-none dim">
            Nothing: what policies select may not be reached, and may not reach others, or is not here.
          </p>
        ) : (
          <table class="plain-table full">
            <thead>
              <tr>
                <th scope="col">From</th>
                <th scope="col">To</th>
                <th scope="col">Ports</th>
                <th scope="col">Allowed</th>
              </tr>
            </thead>
            <tbody>
              {connections.map(({ from, to, ports, why }) => (
                <tr key={`${from} ${to}`}>
                  <td>
                    <Name node={byId.get(from)} />
                  </td>
                  <td>
                    <Name node={byId.get(to)} />
                  </td>
                  <td>{ports}</td>
                  <td class="dim">{why}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </div>
  );
}

function Name({ node }: { readonly node: MapNode | undefined }) {
  if (!node) return <span>Outside</span>;
  const { kind, name, place, problem } = node;
  return (
    <>
      {place ? <a href={objectHref(place, place.namespace, place.name)}>{name}</a> : name}{' '}
      <span class="faint">{kind}</span>
      {problem && (
        <>
          {' '}
          <Badge tone="bad">{problem}</Badge>
        </>
      )}
    </>
  );
}
