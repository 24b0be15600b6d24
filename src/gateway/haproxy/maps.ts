// The map files in which HAProxy looks up where a request goes: host, then path. Three look-ups in trees, however many routes there are.
// Lines are `key value`; keys begin with a letter that is ours, since HAProxy takes a line that begins with '#' for a comment.
import type { DoorModel } from '../model/model.ts';
import type { Branch, Host, Route, Target } from '../model/routes.ts';

export interface Maps {
  /** Host, or `*.` and the rest of it, to a short name. */
  readonly hosts: string;
  /** Short name and path to a backend or a choice. */
  readonly exact: string;
  /** Short name, path and '/': HAProxy finds the longest key with which the request's begins. */
  readonly prefix: string;
  readonly choices: readonly Choice[];
}

/** A route with branches. */
export interface Choice {
  readonly name: string;
  readonly branches: readonly Branch[];
  readonly to: Target | undefined;
}

/** The short name for hosts that no route names. */
export const ANY_HOST = 'any';

export function mapsOf({ routes }: Pick<DoorModel, 'routes'>): Maps {
  const hosts = new Map<Host, string>([['', ANY_HOST]]);
  const lines = { exact: [] as string[], prefix: [] as string[] };
  const choices: Choice[] = [];
  for (const route of routes) {
    const host = hosts.get(route.host) ?? `h${hosts.size}`;
    hosts.set(route.host, host);
    const path = route.match === 'exact' ? route.path : `${route.path.replace(/\/$/, '')}/`;
    lines[route.match].push(`${host}${path} ${targetOf(route, choices)}\n`);
  }
  hosts.delete('');
  return {
    hosts: [...hosts].map(([host, name]) => `${host} ${name}\n`).join(''),
    exact: lines.exact.join(''),
    prefix: lines.prefix.join(''),
    choices,
  };
}

function targetOf({ branches, to }: Route, choices: Choice[]): string {
  if (branches.length === 0 && typeof to === 'string') return to;
  // Not the name of a backend: those have an underscore.
  const name = `choice.${choices.length}`;
  choices.push({ name, branches, to });
  return name;
}
