// What the user may do, as the API says. Each question is asked once.
import { type ReadonlySignal, signal } from '@preact/signals';
import { api } from '../../api/client.ts';
import { keyOfRight, type Right, reviewOf } from './actions/catalogue.ts';

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

const answers = new Map<string, ReadonlySignal<boolean | undefined>>();

/** Undefined until the API has answered. When it cannot be asked, the deed itself is judged by it anyhow. */
function answerTo(right: Right): ReadonlySignal<boolean | undefined> {
  const key = keyOfRight(right);
  const known = answers.get(key);
  if (known) return known;
  const answer = signal<boolean | undefined>(undefined);
  answers.set(key, answer);
  api.create<Review>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', reviewOf(right)).then(
    ({ status }) => {
      answer.value = status?.allowed === true;
    },
    () => {
      answers.delete(key);
      answer.value = true;
    },
  );
  return answer;
}

export const isAllowed = (right: Right): boolean | undefined => answerTo(right).value;

/** Undefined while one of the answers is not here. */
export function areAllowed(rights: readonly Right[]): boolean | undefined {
  const all = rights.map(isAllowed);
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}
