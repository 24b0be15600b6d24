// `g` and a letter: to a page or a kind.
import { kinds } from '../../api/discovery.ts';
import { BASE, listHref } from '../links.ts';
import { kindsOfGroup } from '../navigation.ts';
import { GROUPS } from '../page.ts';
import { pages } from '../pages.ts';
import { navigate } from '../route.ts';

export interface Goal {
  readonly key: string;
  readonly title: string;
  readonly href: string;
}

/** All that have a letter. */
export const goals = (): Goal[] =>
  GROUPS.flatMap((group) => [
    ...pages.flatMap(({ group: of, key, title, path }) =>
      of === group && key ? [{ key, title, href: `${BASE}${path}` }] : [],
    ),
    ...kindsOfGroup(group, kinds.value).flatMap(({ key, title, kind }) =>
      key ? [{ key, title, href: listHref(kind) }] : [],
    ),
  ]);

export function goTo(letter: string): void {
  const goal = goals().find(({ key }) => key === letter);
  if (goal) navigate(goal.href);
}
