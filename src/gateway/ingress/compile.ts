// From Ingresses to the model of the door. Pure. An Ingress, or a path of it, that cannot be done harms itself alone: `problems` says
// why, for events. Of two Ingresses with one host and path the older has it, as with ingress-nginx. Called by ../door.ts.
import { createHash } from 'node:crypto';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { pemOfSecret } from '../certificates.ts';
import { isHost } from '../model/alphabets.ts';
import type { DoorModel } from '../model/model.ts';
import type { Backend, Certificate, Route } from '../model/routes.ts';
import { branchesOf } from './canary.ts';
import { type Planned, planIngress } from './plan.ts';
import { withRoom } from './room.ts';
import type { Problem, World } from './world.ts';

export interface Compiled {
  readonly model: DoorModel;
  readonly problems: readonly Problem[];
}

/** `plan` may remember what it has made. */
export function compile(world: World, plan: typeof planIngress = planIngress): Compiled {
  const problems: Problem[] = [];
  const sorted = [...world.ingresses].sort((a, b) => (age(a) < age(b) ? -1 : 1));
  const wanted = sorted.map((ingress) => plan(ingress, world, problems));
  const planned = withRoom(wanted, problems);
  const routes = new Map<string, Route>();
  const backends = new Map<string, Backend>();
  for (const one of planned) if (!one.canary) addRoutes(one, routes, backends, problems);
  for (const one of planned) if (one.canary) addCanary(one, routes, backends, problems);
  for (const { asked } of planned) for (const backend of asked) backends.set(backend.name, backend);
  const certificates = certificatesOf(sorted, world, problems);
  return { model: { routes: [...routes.values()], backends, certificates, entrances: [] }, problems };
}

const age = (ingress: Readonly<Ingress>) => `${ingress.metadata.creationTimestamp ?? ''} ${keyOf(ingress)}`;

/** What a prefix matches does not depend on a slash at its end. */
const routeKey = ({ host, path, match }: Pick<Route, 'host' | 'path' | 'match'>) =>
  `${match} ${host} ${match === 'prefix' ? path.replace(/\/$/, '') : path}`;

function addRoutes(
  { ingress, routes: own }: Planned,
  routes: Map<string, Route>,
  backends: Map<string, Backend>,
  problems: Problem[],
): void {
  for (const { host, path, match, backend, fallback } of own) {
    const route = { host, path, match, branches: [], to: backend.name };
    const key = routeKey(route);
    if (routes.has(key)) {
      const message = `path ${path} of host ${host || '*'} belongs to an older Ingress`;
      if (!fallback) problems.push({ ingress, reason: 'Conflict', message });
      continue;
    }
    routes.set(key, route);
    backends.set(backend.name, backend);
  }
}

function addCanary(
  { ingress, routes: own, canary }: Planned,
  routes: Map<string, Route>,
  backends: Map<string, Backend>,
  problems: Problem[],
): void {
  for (const one of own) {
    const key = routeKey(one);
    const main = routes.get(key);
    if (typeof main?.to !== 'string' || main.branches.length > 0) {
      const why = main ? 'has a canary already' : 'is of no other Ingress';
      const message = `path ${one.path} of host ${one.host || '*'} ${why}: a canary has no effect`;
      if (!one.fallback) problems.push({ ingress, reason: 'Conflict', message });
      continue;
    }
    const { policy } = backends.get(main.to)!;
    // What protects the main backend protects the canary.
    const backend = { ...one.backend, name: `${main.to}__${one.backend.name}`, policy };
    backends.set(backend.name, backend);
    routes.set(key, { ...main, branches: branchesOf(canary!, backend.name, main.to) });
  }
}

/** One per Secret. Of several with one host the oldest Ingress's is used. */
function certificatesOf(
  ingresses: readonly Readonly<Ingress>[],
  world: World,
  problems: Problem[],
): Certificate[] {
  const taken = new Set<string>();
  const found = new Map<string, Certificate>();
  for (const ingress of ingresses)
    for (const { hosts = [], secretName } of ingress.spec?.tls ?? []) {
      if (!secretName) continue;
      const namespace = ingress.metadata.namespace!;
      const name = fileName(`${namespace}/${secretName}`);
      const made = pemOfSecret(secretName, world.secret(namespace, secretName));
      if ('problem' in made) {
        problems.push({ ingress, reason: 'CertificateNotUsed', message: made.problem });
        continue;
      }
      const own = hosts.map((host) => host.toLowerCase()).filter((host) => isFree(host, taken));
      const before = found.get(name)?.hosts ?? [];
      found.set(name, { name, hosts: [...before, ...own], pem: made.pem });
    }
  return [...found.values()].filter(({ hosts }) => hosts.length > 0);
}

/** Names of Secrets may be longer than those of files. */
const fileName = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 32);

function isFree(host: string, taken: Set<string>): boolean {
  if (!isHost(host) || taken.has(host)) return false;
  taken.add(host);
  return true;
}
