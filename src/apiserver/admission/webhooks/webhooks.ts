// Admission by webhooks: mutating ones one after another, by the names of their configurations; validating ones at once.
// Without configurations nothing is waited for.

import { inspect } from '../../../api/codec/decode.ts';
import { MutatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { applyJsonPatch } from '../../../api/patch/json-patch.ts';
import { badRequest, failure, type StatusError } from '../../../api/status/status-error.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import type { Admission, Attributes } from '../../registry/admission.ts';
import type { Registries } from '../../registry/registries.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import { callWebhook } from './call.ts';
import { matches, type Webhook } from './matching.ts';
import { denial, reviewOf, type Verdict, verdictOf } from './review.ts';

export interface WebhooksOptions {
  readonly registries: Registries;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export class Webhooks implements Admission {
  readonly #options: WebhooksOptions;
  readonly #mutating: ResourceCache;
  readonly #validating: ResourceCache;
  readonly #namespaces: ResourceCache;

  constructor(options: WebhooksOptions) {
    const { registries } = options;
    this.#options = options;
    this.#mutating = registries.of(MutatingWebhookConfiguration).cache;
    this.#validating = registries.of(ValidatingWebhookConfiguration).cache;
    this.#namespaces = registries.of(Namespace).cache;
  }

  admit(attributes: Attributes): void | Promise<void> {
    const webhooks = this.#matching(this.#mutating, attributes);
    if (webhooks.length > 0) return this.#mutate(webhooks, attributes);
  }

  validate(attributes: Attributes): void | Promise<void> {
    const webhooks = this.#matching(this.#validating, attributes);
    if (webhooks.length === 0) return;
    return Promise.all(webhooks.map((webhook) => this.#ask(webhook, attributes))).then(() => {});
  }

  #matching(cache: ResourceCache, attributes: Attributes): Webhook[] {
    if (cache.store.count(cache.prefix) === 0) return [];
    const { served, object, old, context } = attributes;
    const isNamespace = served.kind.name === Namespace.name;
    const found = isNamespace ? (object ?? old) : this.#namespaces.get('', context.namespace)?.object;
    return cache
      .items()
      .flatMap((item) => (item.object as unknown as { webhooks?: Webhook[] }).webhooks ?? [])
      .filter((webhook) => matches(webhook, attributes, found as Namespace | undefined));
  }

  async #mutate(webhooks: readonly Webhook[], attributes: Attributes): Promise<void> {
    for (const webhook of webhooks) {
      const verdict = await this.#ask(webhook, attributes);
      if (verdict?.patch && attributes.object) this.#patch(webhook, verdict, attributes);
    }
  }

  /** Undefined when the webhook could not be asked and that may be ignored. */
  async #ask(webhook: Webhook, attributes: Attributes): Promise<Verdict | undefined> {
    if (attributes.context.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects))
      throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
    const { random, log, registries, clock } = this.#options;
    const uid = random.uuid();
    let verdict: Verdict;
    try {
      const served = registries.get.bind(registries);
      const answer = await callWebhook({ clock, random, served }, webhook, reviewOf(attributes, uid));
      verdict = verdictOf(answer, uid);
    } catch (error) {
      if (webhook.failurePolicy !== 'Ignore') throw unreachable(webhook, error);
      log.warn('a webhook failed and is ignored', { webhook: webhook.name, error });
      return undefined;
    }
    for (const warning of verdict.warnings ?? []) attributes.context.warn(warning);
    if (!verdict.allowed) throw denial(webhook.name, verdict);
    return verdict;
  }

  /** Changes the object itself: others hold on to it. */
  #patch(webhook: Webhook, { patch, patchType }: Verdict, { object, served }: Attributes): void {
    try {
      if (patchType !== 'JSONPatch')
        throw new Error(`unsupported patch type ${JSON.stringify(patchType ?? '')}`);
      const operations: unknown = JSON.parse(Buffer.from(patch!, 'base64').toString());
      const { object: patched, problem } = inspect(served.kind, applyJsonPatch(object, operations));
      if (problem !== undefined) throw new Error(problem);
      replace(object as KubeObject & Record<string, unknown>, structuredClone(patched));
    } catch (error) {
      throw unreachable(webhook, error);
    }
  }
}

function replace(object: Record<string, unknown>, wanted: Record<string, unknown>): void {
  for (const key of Object.keys(object)) delete object[key];
  Object.assign(object, wanted);
}

function unreachable({ name }: Webhook, error: unknown): StatusError {
  const why = error instanceof Error ? error.message : String(error);
  const message = `failed calling webhook "${name}": ${why}`;
  return failure(
    500,
    'InternalError',
    `Internal error occurred: ${message}`,
    { causes: [{ message }] },
    { cause: error },
  );
}
