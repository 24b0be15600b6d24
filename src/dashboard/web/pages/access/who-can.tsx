// A question about a verb and a resource, and everybody whom a binding answers it for.
import { kinds } from '../../api/discovery.ts';
import { route, setQuery } from '../../app/route.ts';
import { Empty } from '../../pieces/small.tsx';
import type { Grant, Grants } from './grants.ts';
import { BindingLink, RoleLink, Rule, SubjectText } from './rbac-links.tsx';
import { questionOf } from './rule-text.ts';

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*'];
const SUBRESOURCES = [
  'pods/exec',
  'pods/log',
  'pods/portforward',
  'pods/eviction',
  'deployments/scale',
  'serviceaccounts/token',
  'nodes/proxy',
];

export function WhoCan({ grants, namespace }: { readonly grants: Grants; readonly namespace: string }) {
  const query = route.value.query;
  const verb = query.get('verb') ?? 'get';
  const resource = query.get('resource') ?? 'secrets';
  const name = query.get('name') ?? '';
  const question = questionOf({ verb, resource, name, namespace }, groupOf);
  const found = [...grants.whoCan(question)].sort((a, b) => Number(isBuiltIn(a)) - Number(isBuiltIn(b)));
  const known = !question.isResource || isKnown(question.group, question.resource);
  const scope = !question.isResource ? '' : namespace ? ` in ${namespace}` : ' in all namespaces, or in none';
  return (
    <>
      <form class="card question" onSubmit={(event) => event.preventDefault()}>
        <label>
          Who can
          <input
            class="field"
            list="verbs"
            value={verb}
            onInput={(event) => setQuery({ verb: event.currentTarget.value || undefined })}
          />
        </label>
        <label class="wide">
          resource or path
          <input
            class="field"
            list="resources"
            data-filter
            value={resource}
            placeholder="pods, deployments.apps, pods/exec, /metrics"
            onInput={(event) => setQuery({ resource: event.currentTarget.value || undefined })}
          />
        </label>
        <label>
          named
          <input
            class="field"
            value={name}
            placeholder="any"
            onInput={(event) => setQuery({ name: event.currentTarget.value || undefined })}
          />
        </label>
        <datalist id="verbs">
          {VERBS.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <datalist id="resources">
          {[
            ...kinds.value.map(({ group, plural }) => (group ? `${plural}.${group}` : plural)),
            ...SUBRESOURCES,
          ].map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </form>
      {!known && <p class="warn">The server has no resource {resource}; rules may name it all the same.</p>}
      {found.length === 0 ? (
        <Empty title={`No binding here allows anybody to ${verb} ${resource}${name && ` ${name}`}${scope}`} />
      ) : (
        <Table grants={found} />
      )}
      <p class="dim">
        Members of the group system:masters may do everything, whatever the bindings say. Nodes may also do
        what their pods need.
      </p>
    </>
  );
}

function Table({ grants }: { readonly grants: readonly Grant[] }) {
  return (
    <section class="card flush scroll-x" aria-label="Who can">
      <table class="plain-table full wide">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Where</th>
            <th scope="col">By the binding</th>
            <th scope="col">of the role</th>
            <th scope="col">Its rule</th>
          </tr>
        </thead>
        <tbody>
          {grants.map((grant) => (
            <tr
              key={`${grant.binding.kind} ${grant.scope} ${grant.binding.name} ${grant.subject.kind} ${grant.subject.namespace} ${grant.subject.name}`}
            >
              <td>
                <SubjectText subject={grant.subject} />
              </td>
              <td class="dim">{grant.scope || 'everywhere'}</td>
              <td>
                <BindingLink bound={grant} />
              </td>
              <td>
                <RoleLink bound={grant} from={grant.from} />
              </td>
              <td>
                <Rule rule={grant.rule} />
                {grant.only && <span class="warn"> only {grant.only.join(', ')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Of the cluster itself: they come last. */
const isBuiltIn = ({ subject: { name, namespace }, binding }: Grant): boolean =>
  name.startsWith('system:') || (namespace === 'kube-system' && binding.name.startsWith('system:'));

const groupOf = (plural: string): string | undefined => {
  const found = kinds.value.filter((kind) => kind.plural === plural);
  return (found.find(({ group }) => group === '') ?? found[0])?.group;
};

const isKnown = (group: string, plural: string): boolean =>
  plural === '*' || kinds.value.some((kind) => kind.plural === plural && kind.group === group);
