// What one Ingress wants: its routes with their backends. Pure; called by compile.ts, which settles what several want.
import type { Ingress, IngressBackend } from '../../api/kinds/networking/v1/ingress.ts';
import { usersOf } from '../basic-auth.ts';
import { endpointsOf, servicePort } from '../endpoints.ts';
import { isHost, isHostName, isName, isTargetPath } from '../model/alphabets.ts';
import type { Policy } from '../model/policy.ts';
import type { Backend, Route } from '../model/routes.ts';
import type { AskedService } from './annotations/asked.ts';
import { policyOf } from './annotations/policy.ts';
import { Annotations, Refusal, refused } from './annotations/read.ts';
import { type Canary, canaryOf } from './canary.ts';
import { matchedPath } from './paths.ts';
import type { Problem, World } from './world.ts';

export interface PlannedRoute extends Omit<Route, 'branches' | 'to'> {
  readonly backend: Backend;
  /** From spec.defaultBackend or app-root: gives way to what others say. */
  readonly fallback: boolean;
}

export interface Planned {
  readonly ingress: Readonly<Ingress>;
  readonly routes: readonly PlannedRoute[];
  readonly canary?: Canary;
  /** Backends that are asked about requests. */
  readonly asked: readonly Backend[];
}

export function planIngress(ingress: Readonly<Ingress>, world: World, problems: Problem[]): Planned {
  return new IngressPlan(ingress, world, problems).plan();
}

class IngressPlan {
  readonly #ingress: Readonly<Ingress>;
  readonly #namespace: string;
  readonly #world: World;
  readonly #problems: Problem[];
  readonly #annotations: Annotations;
  readonly #routes: PlannedRoute[] = [];
  readonly #asked: Backend[] = [];
  /** Policies as text by the name of the backend that has them. */
  readonly #names = new Map<string, string>();
  /** Of hosts with TLS, and of the others. */
  readonly #policies = new Map<boolean, Policy>();

  constructor(ingress: Readonly<Ingress>, world: World, problems: Problem[]) {
    this.#ingress = ingress;
    this.#namespace = ingress.metadata.namespace!;
    this.#world = world;
    this.#problems = problems;
    this.#annotations = new Annotations(ingress.metadata.annotations);
  }

  plan(): Planned {
    const { spec } = this.#ingress;
    const canary = this.#tried(() => canaryOf(this.#annotations));
    const aliases = this.#tried(() => this.#annotations.list('server-alias', isHostName)) ?? [];
    const appRoot = this.#tried(() => this.#annotations.checked('app-root', isTargetPath));
    const hosts = new Set<string>();
    for (const { host = '', http } of spec?.rules ?? []) {
      const name = host.toLowerCase();
      if (name && !isHost(name)) {
        this.#problem('Rejected', `host ${JSON.stringify(name.slice(0, 80))} is not supported`);
        continue;
      }
      for (const one of new Set([name, ...aliases])) {
        hosts.add(one);
        for (const path of http?.paths ?? []) this.#add(one, path.path ?? '', path.pathType, path.backend);
      }
    }
    if (appRoot) for (const host of hosts) this.#addRedirect(host, appRoot);
    if (spec?.defaultBackend)
      for (const host of hosts.size > 0 ? hosts : [''])
        this.#add(host, '/', 'Prefix', spec.defaultBackend, true);
    for (const key of this.#annotations.unread)
      this.#problem('AnnotationIgnored', `annotation ${key} has no effect here`);
    return {
      ingress: this.#ingress,
      routes: this.#routes,
      ...(canary && { canary }),
      asked: this.#asked,
    };
  }

  #add(host: string, path: string, type: string, to: Readonly<IngressBackend>, fallback = false): void {
    const matched = this.#tried(() =>
      fallback ? { path, match: 'prefix' as const } : matchedPath(path, type, this.#annotations),
    );
    if (!matched) return;
    const { rewrite, ...where } = matched as ReturnType<typeof matchedPath>;
    const policy = { ...this.#policy(host), ...(rewrite && { rewrite }) };
    const backend = this.#backend(to, policy);
    if (backend) this.#routes.push({ host, ...where, backend, fallback });
  }

  #addRedirect(host: string, location: string): void {
    const policy: Policy = { ...this.#policy(host), redirect: { code: 302, location } };
    const backend = { name: this.#named(`${this.#base()}_app-root`, policy), policy, endpoints: [] };
    this.#routes.unshift({ host, path: '/', match: 'exact', backend, fallback: true });
  }

  #backend({ service, resource }: Readonly<IngressBackend>, policy: Policy): Backend | undefined {
    if (resource || !service) {
      const message = `backend ${resource?.kind ?? ''} ${resource?.name ?? ''}: resources are not served`;
      this.#problem('BackendNotServed', message);
      return undefined;
    }
    const { name, port = {} } = service;
    const key = String(port.name ?? port.number ?? '');
    if (!isName(name) || !isName(key)) return undefined;
    const found = this.#world.service(this.#namespace, name);
    const named = found && servicePort(found, port);
    if (!found) this.#problem('BackendNotServed', `Service ${name} does not exist`);
    else if (found.spec?.type === 'ExternalName')
      this.#problem('BackendNotServed', `Service ${name} is an ExternalName, which is not served`);
    else if (!named) this.#problem('BackendNotServed', `Service ${name} has no port ${key}`);
    const external = found?.spec?.type === 'ExternalName';
    const slices = external ? [] : this.#world.slices(this.#namespace, name);
    const endpoints = named ? endpointsOf(slices, named, (ip) => this.#world.reaches(ip)) : [];
    return { name: this.#named(`${this.#base()}_${name}_${key}`, policy), policy, endpoints };
  }

  #base = () => `${this.#namespace}_${this.#ingress.metadata.name}`;

  /** A name of its own for each policy: paths may differ in what is rewritten, hosts in TLS. */
  #named(base: string, policy: Policy): string {
    const text = JSON.stringify(policy);
    for (let i = 0; ; i++) {
      const name = i === 0 ? base : `${base}_${i}`;
      const has = this.#names.get(name);
      if (has !== undefined && has !== text) continue;
      this.#names.set(name, text);
      return name;
    }
  }

  /** With what is not understood the routes answer 503: left out, requests could reach the same Service by another route. */
  #policy(host: string): Policy {
    const tls = (this.#ingress.spec?.tls ?? []).some(({ hosts = [] }) => hosts.includes(host));
    const before = this.#policies.get(tls);
    if (before) return before;
    const annotations = this.#annotations;
    const users = (secret: string) => this.#users(secret);
    const asked = (service: AskedService) => this.#askedBackend(service);
    const policy = this.#tried(() => policyOf({ annotations, tls, users, asked })) ?? {
      protocol: 'http',
      closed: 503,
    };
    this.#policies.set(tls, policy);
    return policy;
  }

  #askedBackend({ name, namespace = this.#namespace, port, protocol }: AskedService): string {
    if (namespace !== this.#namespace)
      throw new Refusal(`auth-url: Service ${name} is of another namespace, which is not asked`);
    const policy: Policy = { protocol };
    const backend = this.#backend({ service: { name, port: { number: port } } }, policy);
    if (!backend) throw refused('auth-url', name);
    this.#asked.push(backend);
    return backend.name;
  }

  /** Another namespace's Secret is not for this Ingress's user to see the effect of. */
  #users(secret: string): ReturnType<typeof usersOf> {
    const [namespace, name] = secret.includes('/') ? secret.split('/', 2) : [this.#namespace, secret];
    if (namespace !== this.#namespace || !name) throw refused('auth-secret', secret);
    return usersOf(`${name} of auth-secret`, this.#world.secret(namespace, name));
  }

  #tried<T>(decide: () => T): T | undefined {
    try {
      return decide();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#problem('Rejected', error.message);
      return undefined;
    }
  }

  #problem(reason: Problem['reason'], message: string): void {
    this.#problems.push({ ingress: this.#ingress, reason, message });
  }
}
