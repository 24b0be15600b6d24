// Makes the authorizers that the flags or the configuration file ask for; a changed file is taken up while the server runs.
// Called by cluster/ when one of them is given; not loaded otherwise. Upstream: pkg/kubeapiserver/authorizer and
// pkg/kubeapiserver/options/authorization.go.
import { readFileSync } from 'node:fs';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { RemoteServer } from '../../../kit/http1/remote-server.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import { ReloadedFile } from '../../configuration/reloaded-file.ts';
import { ALLOWED, type Authorizer, type ConfiguredAuthorization } from '../attributes.ts';
import { Union } from '../authorizer.ts';
import { Abac } from './abac.ts';
import {
  type ConfiguredAuthorizer,
  type Mode,
  parseAuthorization,
  type WebhookSettings,
} from './configuration.ts';
import { type AuthorizationFlags, hasOlderFlags, ofFlags } from './flags.ts';
import { AuthorizationMetrics } from './metrics.ts';
import { WebhookAuthorizer } from './webhook-authorizer.ts';

export interface AuthorizationOptions {
  readonly flags: AuthorizationFlags;
  /** Reads a kubeconfig file. */
  readonly serverOf: (file: string) => RemoteServer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface OpenAuthorization extends ConfiguredAuthorization {
  close(): void;
}

/** Rejects if flags contradict one another or a file is missing or wrong. */
export async function openAuthorization(options: AuthorizationOptions): Promise<OpenAuthorization> {
  await loadPatterns();
  const authorizers = new Authorizers(options);
  const { flags, clock, log } = options;
  const { authorizationConfig: file } = flags;
  if (!file) {
    authorizers.use(ofFlags(flags));
    return authorizers;
  }
  if (hasOlderFlags(flags))
    throw new Error(
      '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
    );
  const use = async (text: string) => authorizers.use(parseAuthorization(text, authorizers.types));
  const reloaded = new ReloadedFile({ file, what: 'authorization', use, clock, log });
  await reloaded.open();
  return {
    authorizer: (builtIn) => authorizers.authorizer(builtIn),
    metrics: (serverId) => authorizers.metrics() + reloaded.metrics(serverId),
    close() {
      reloaded.close();
      authorizers.close();
    },
  };
}

type BuiltIn = Parameters<ConfiguredAuthorization['authorizer']>[0];

/** The authorizers as they are configured now. */
class Authorizers implements OpenAuthorization {
  readonly #options: AuthorizationOptions;
  readonly #metrics = new AuthorizationMetrics();
  #configured: readonly ConfiguredAuthorizer[] = [];
  #types: readonly Mode[] = [];
  #webhooks = new Map<ConfiguredAuthorizer, WebhookAuthorizer>();
  #abac: Abac | undefined;
  #builtIn: BuiltIn | undefined;
  #current: Union | undefined;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
  }

  /** Types with which the server has started, other than webhooks. */
  get types(): readonly Mode[] {
    return this.#types;
  }

  /** Throws if a kubeconfig or policy file is wrong; then what was used before stays. */
  use(configured: readonly ConfiguredAuthorizer[]): void {
    const isFirst = this.#configured.length === 0;
    const added = configured.find(
      ({ type }) => !isFirst && NEEDS_START.has(type) && !this.types.includes(type),
    );
    if (added)
      throw new Error(
        `authorizer type ${added.type} is not allowed if it was not enabled at initial server startup`,
      );
    const webhooks = new Map(
      configured.flatMap((one) => (one.type === 'Webhook' ? [[one, this.#webhook(one)] as const] : [])),
    );
    if (configured.some(({ type }) => type === 'ABAC')) this.#abac ??= this.#policies();
    const before = this.#webhooks;
    if (isFirst) this.#types = configured.map(({ type }) => type).filter((type) => type !== 'Webhook');
    this.#configured = configured;
    this.#webhooks = webhooks;
    if (this.#builtIn) this.#current = this.#union(this.#builtIn);
    for (const webhook of before.values()) webhook.close();
  }

  authorizer(builtIn: BuiltIn): Authorizer {
    this.#builtIn = builtIn;
    this.#current = this.#union(builtIn);
    return {
      authorize: (user, attributes) => this.#current!.authorize(user, attributes),
      userRules: (user, namespace) => this.#current!.userRules(user, namespace),
    };
  }

  metrics(): string {
    return this.#metrics.render();
  }

  close(): void {
    for (const webhook of this.#webhooks.values()) webhook.close();
  }

  #union(builtIn: BuiltIn): Union {
    return new Union(this.#configured.map((one) => this.#counted(one, this.#made(one, builtIn))));
  }

  #made(one: ConfiguredAuthorizer, builtIn: BuiltIn): Authorizer {
    switch (one.type) {
      case 'Webhook':
        return this.#webhooks.get(one)!;
      case 'ABAC':
        return this.#abac!;
      case 'AlwaysAllow':
        return ALWAYS_ALLOW;
      case 'AlwaysDeny':
        return ALWAYS_DENY;
      default:
        return builtIn[one.type];
    }
  }

  #counted({ type, name }: ConfiguredAuthorizer, authorizer: Authorizer): Authorizer {
    const count = (decision: Awaited<ReturnType<Authorizer['authorize']>>) => {
      this.#metrics.decided(type, name, decision);
      return decision;
    };
    return {
      authorize(user, attributes) {
        const decision = authorizer.authorize(user, attributes);
        return decision instanceof Promise ? decision.then(count) : count(decision);
      },
      userRules: (user, namespace) => authorizer.userRules?.(user, namespace) ?? { rules: [] },
    };
  }

  #webhook({ name, webhook }: { name: string; webhook: WebhookSettings }): WebhookAuthorizer {
    const { serverOf, clock, random, log } = this.#options;
    const server = serverOf(webhook.kubeConfigFile);
    return new WebhookAuthorizer({
      name,
      settings: webhook,
      server,
      metrics: this.#metrics,
      clock,
      random,
      log,
    });
  }

  #policies(): Abac {
    const { authorizationPolicyFile: file } = this.#options.flags;
    if (!file) throw new Error("authorization-mode ABAC's authorization policy file not passed");
    return new Abac(readFileSync(file, 'utf8'), file);
  }
}

/** Upstream makes these only when the server starts. */
const NEEDS_START: ReadonlySet<Mode> = new Set(['Node', 'RBAC', 'ABAC']);

const ALWAYS_ALLOW: Authorizer = {
  authorize: () => ALLOWED,
  userRules: () => ({
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
  }),
};

/** As upstream, it has no opinion. */
const ALWAYS_DENY: Authorizer = {
  authorize: () => ({ allowed: false, reason: 'Everything is forbidden.' }),
  userRules: () => ({ rules: [] }),
};
