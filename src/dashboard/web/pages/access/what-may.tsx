// What a user, a group or a service account may do.
import { route, setQuery } from '../../app/route.ts';
import { Empty } from '../../pieces/small.tsx';
import { bearerNamed, type Grants, type Permission } from './grants.ts';
import { BindingLink, RoleLink, Rule } from './rbac-links.tsx';
import { isPowerful } from './rule-text.ts';

const SUBJECTS = ['ServiceAccount', 'User', 'Group'] as const;
type Kind = (typeof SUBJECTS)[number];

export function WhatMay({ grants, namespace }: { readonly grants: Grants; readonly namespace: string }) {
  const query = route.value.query;
  const kind: Kind = SUBJECTS.find((each) => each === query.get('subject')) ?? 'ServiceAccount';
  const name = query.get('of') ?? (kind === 'ServiceAccount' ? 'default' : '');
  const within = query.get('in') ?? (namespace || 'default');
  const found = name ? grants.permissionsOf(bearerNamed(kind, name, within)) : [];
  const shown = [...found].sort(
    (a, b) =>
      Number(isPowerful(b.rule)) - Number(isPowerful(a.rule)) ||
      Number(a.through !== '') - Number(b.through !== '') ||
      a.scope.localeCompare(b.scope),
  );
  return (
    <>
      <form class="card question" onSubmit={(event) => event.preventDefault()}>
        <label>
          What may
          <select
            class="field"
            value={kind}
            onChange={(event) => setQuery({ subject: event.currentTarget.value })}
          >
            {SUBJECTS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label class="wide">
          named
          <input
            class="field"
            data-filter
            value={name}
            onInput={(event) => setQuery({ of: event.currentTarget.value || undefined })}
          />
        </label>
        {kind === 'ServiceAccount' && (
          <label>
            of namespace
            <input
              class="field"
              value={within}
              onInput={(event) => setQuery({ in: event.currentTarget.value || undefined })}
            />
          </label>
        )}
      </form>
      {shown.length === 0 ? (
        <Empty title={name ? `No binding here allows ${name} anything` : 'Name somebody'} />
      ) : (
        <section class="card flush scroll-x" aria-label="What it may do">
          <table class="plain-table full wide">
            <thead>
              <tr>
                <th scope="col">May</th>
                <th scope="col">Where</th>
                <th scope="col">As</th>
                <th scope="col">By the binding</th>
                <th scope="col">of the role</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((permission, i) => (
                <Line key={i} permission={permission} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function Line({ permission }: { readonly permission: Permission }) {
  const { rule, scope, through, from } = permission;
  return (
    <tr>
      <td>
        <Rule rule={rule} />
      </td>
      <td class="dim">{scope || 'everywhere'}</td>
      <td class="dim">{through || 'itself'}</td>
      <td>
        <BindingLink bound={permission} />
      </td>
      <td>
        <RoleLink bound={permission} from={from} />
      </td>
    </tr>
  );
}
