// Owners, what is owned, and what else has to do with an object.
import { systemClock } from '../../../../../kit/clock.ts';
import { kindOf } from '../../../api/discovery.ts';
import { collectionPath } from '../../../api/kind.ts';
import { useLive } from '../../../api/live.ts';
import { useTable } from '../../../api/table.ts';
import { textOf } from '../../../api/table-rows.ts';
import { objectHref } from '../../../app/links.ts';
import { ageText } from '../../../pieces/age.ts';
import { Badge } from '../../../pieces/small.tsx';
import { toneOf } from '../../../pieces/tones.ts';
import type { KubeObject } from '../object-shape.ts';
import { ObjectLink } from './object-link.tsx';
import { type ListRelation, relationsOf } from './related.ts';

export function Related({ object }: { object: KubeObject }) {
  const { named, lists } = relationsOf(object);
  const own = lists.filter(
    ({ keep, labelSelector, fieldSelector }) => labelSelector || fieldSelector || keep,
  );
  return (
    <>
      {own
        .filter(({ plural }) => plural === 'pods' || plural === 'jobs')
        .map((relation) => (
          <RelatedTable key={relation.title} relation={relation} />
        ))}
      {(named.length > 0 || own.some(({ plural }) => plural !== 'pods')) && (
        <section class="card related">
          <h2>Related</h2>
          <dl class="object-facts">
            {named.map(({ title, references }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd class="links">
                  {references.map((one) => (
                    <ObjectLink
                      key={`${one.kind}/${one.name}`}
                      reference={one}
                      withKind={title === 'Owners'}
                    />
                  ))}
                </dd>
              </div>
            ))}
            {own
              .filter(({ plural }) => plural !== 'pods' && plural !== 'jobs')
              .map((relation) => (
                <RelatedNames key={relation.title} relation={relation} />
              ))}
          </dl>
        </section>
      )}
    </>
  );
}

/** Nothing where there is none, or the user may not see it. */
function RelatedNames({ relation }: { relation: ListRelation }) {
  const { title, group, plural, namespace, keep = () => true, ...selection } = relation;
  const kind = kindOf(group, plural);
  const live = useLive<KubeObject>(kind && collectionPath(kind, namespace), selectionOf(selection));
  const found = live.items.value.filter(keep);
  if (!kind || found.length === 0) return null;
  return (
    <div>
      <dt>{title}</dt>
      <dd class="links">
        {found.map(({ metadata }) => (
          <a key={metadata.uid} href={objectHref(kind, metadata.namespace, metadata.name ?? '')}>
            {metadata.name}
          </a>
        ))}
      </dd>
    </div>
  );
}

const selectionOf = ({
  labelSelector,
  fieldSelector,
}: Pick<ListRelation, 'labelSelector' | 'fieldSelector'>) => ({
  ...(labelSelector && { labelSelector }),
  ...(fieldSelector && { fieldSelector }),
});

/** A node may have some hundred pods. */
const MOST_ROWS = 250;

function RelatedTable({ relation }: { relation: ListRelation }) {
  const { title, group, plural, namespace, keep, ...selection } = relation;
  const kind = kindOf(group, plural);
  // Whether an object is kept is seen in its fields, which tables do not have.
  const live = useLive<KubeObject>(keep && kind && collectionPath(kind, namespace), selectionOf(selection));
  const table = useTable(kind, namespace, selectionOf(selection));
  const kept = keep && new Set(live.items.value.filter(keep).map(({ metadata }) => metadata.uid));
  const rows = (table?.items.value ?? []).filter(({ key }) => !kept || kept.has(key));
  if (!kind || table?.state.value === 'refused' || (rows.length === 0 && title === 'Used by')) return null;
  const columns = (table?.columns.value ?? []).flatMap(({ name, priority = 0 }, i) =>
    priority === 0 && name !== 'Name' && name !== 'Age' ? [{ name, i }] : [],
  );
  return (
    <section class="card">
      <h2>
        {title} <span class="count">{rows.length}</span>
      </h2>
      {rows.length === 0 ? (
        <p class="dim">None.</p>
      ) : (
        <div class="table-scroll">
          <table class="plain-table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                {namespace === '' && <th scope="col">Namespace</th>}
                {columns.map(({ name }) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
                <th scope="col">Age</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MOST_ROWS).map((row) => (
                <tr key={row.key}>
                  <td>
                    <a href={objectHref(kind, row.namespace, row.name)}>{row.name}</a>
                  </td>
                  {namespace === '' && <td class="dim">{row.namespace}</td>}
                  {columns.map(({ name, i }) => {
                    const text = textOf(row.cells[i]);
                    const tone = name === 'Status' || name === 'Ready' ? toneOf(text) : undefined;
                    return <td key={name}>{tone ? <Badge tone={tone}>{text}</Badge> : text}</td>;
                  })}
                  <td class="dim">{ageText(row.created, systemClock.now())}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > MOST_ROWS && <p class="dim">and {rows.length - MOST_ROWS} more</p>}
    </section>
  );
}
