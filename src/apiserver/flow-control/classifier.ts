// Finds the FlowSchema of a request: the first, by matchingPrecedence, of which a rule matches. Which rules match a user does
// not depend on the request, so they are remembered with the user, which authentication keeps for a connection or token.
// Called once per request by flow-control.ts.
import type { PolicyRulesWithSubjects } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { User } from '../request.ts';
import type { Flow } from './flow.ts';
import { type Matched, matchesRequest, matchesUser } from './matching.ts';

interface Candidate {
  readonly flow: Flow;
  /** The rules whose subjects match the user. */
  readonly rules: readonly PolicyRulesWithSubjects[];
}

export class Classifier {
  readonly #flows: readonly Flow[];
  /** Takes what no schema matches, which happens only to users without a group. */
  readonly #fallback: Flow;
  readonly #byUser = new WeakMap<User, readonly Candidate[]>();

  /** `flows` are in order, with the mandatory ones. */
  constructor(flows: readonly Flow[]) {
    this.#flows = flows;
    this.#fallback = flows.find(({ name }) => name === 'catch-all')!;
  }

  flowOf(user: User, request: Matched): Flow {
    for (const { flow, rules } of this.#candidates(user))
      for (const rule of rules) if (matchesRequest(rule, request)) return flow;
    return this.#fallback;
  }

  #candidates(user: User): readonly Candidate[] {
    let known = this.#byUser.get(user);
    if (!known) {
      known = this.#flows.flatMap((flow) => {
        const rules = flow.rules.filter(({ subjects }) => matchesUser(subjects, user));
        return rules.length > 0 ? [{ flow, rules }] : [];
      });
      this.#byUser.set(user, known);
    }
    return known;
  }
}

/** The order of matching: by precedence, then by name (apihelpers.FlowSchemaSequence). */
export const inOrder = (a: Flow, b: Flow): number =>
  a.precedence - b.precedence || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function distinguisherOf(
  { distinguisher }: Pick<Flow, 'distinguisher'>,
  user: User,
  namespace: string,
): string {
  if (distinguisher === 'ByUser') return user.name;
  return distinguisher === 'ByNamespace' ? namespace : '';
}
