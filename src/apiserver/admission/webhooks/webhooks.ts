// Admission webhooks: mutating ones one after another, in the order of their configurations' names; validating ones in
// parallel. Without webhook configurations admission stays synchronous. Called by chain.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/{mutating,validating}.
import { inspect } from '../../../api/codec/decode.ts';
import { MutatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { applyJsonPatch } from '../../../api/patch/json-patch.ts';
import { badRequest, failure, type StatusError } from '../../../api/status/status-error.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import { type Admission, type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import { type CallerOptions, callWebhook } from './call.ts';
import { matches, type Webhook } from './matching.ts';
import { denial, reviewOf, type Verdict, verdictOf } from './review.ts';

export interface WebhooksOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

export class Webhooks implements Admission {
  readonly #options: WebhooksOptions;
  readonly #caller: CallerOptions;
  readonly #mutating: ResourceCache<MutatingWebhookConfiguration>;
  readonly #validating: ResourceCache<ValidatingWebhookConfiguration>;
  readonly #namespaces: ResourceCache<Namespace>;

  constructor(options: WebhooksOptions) {
    const { resources, random, clock } = options;
    this.#options = options;
    const services = resources.stored(Service);
    this.#caller = { random, clock, services, slices: resources.stored(EndpointSlice) };
    this.#mutating = resources.stored(MutatingWebhookConfiguration).cache;
    this.#validating = resources.stored(ValidatingWebhookConfiguration).cache;
    this.#namespaces = resources.stored(Namespace).cache;
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    const webhooks = this.#matching(this.#mutating, attributes);
    if (webhooks.length > 0) return this.#mutate(webhooks, attributes);
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const webhooks = this.#matching(this.#validating, attributes);
    if (webhooks.length === 0) return;
    return Promise.all(webhooks.map((webhook) => this.#call(webhook, attributes))).then(() => {});
  }

  #matching(cache: ResourceCache<Configuration>, attributes: AdmissionAttributes): Webhook[] {
    if (cache.store.count(cache.prefix) === 0) return [];
    const { namespace, subresource } = attributes;
    const found = concerns(attributes, Namespace, subresource)
      ? (attributes.object ?? attributes.old)
      : this.#namespaces.get('', namespace)?.object;
    return cache
      .items()
      .flatMap(({ object }): readonly Webhook[] => object.webhooks ?? [])
      .filter((webhook) => matches(webhook, attributes, found));
  }

  async #mutate(webhooks: readonly Webhook[], attributes: AdmissionAttributes): Promise<void> {
    for (const webhook of webhooks) {
      const verdict = await this.#call(webhook, attributes);
      if (verdict?.patch && attributes.object) this.#patch(webhook, verdict, attributes);
    }
  }

  /** Undefined if the call failed and the webhook's failurePolicy is Ignore. */
  async #call(webhook: Webhook, attributes: AdmissionAttributes): Promise<Verdict | undefined> {
    if (attributes.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects))
      throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
    const { random, log } = this.#options;
    const uid = random.uuid();
    let verdict: Verdict;
    try {
      const answer = await callWebhook(this.#caller, webhook, reviewOf(attributes, uid));
      verdict = verdictOf(answer, uid);
    } catch (error) {
      if (webhook.failurePolicy !== 'Ignore') throw unreachable(webhook, error);
      log.warn('webhook failed and is ignored', { webhook: webhook.name, error });
      return undefined;
    }
    for (const warning of verdict.warnings ?? []) attributes.warn(warning);
    if (!verdict.allowed) throw denial(webhook.name, verdict);
    return verdict;
  }

  /** Patches the object in place, since create and update hold a reference to it. */
  #patch(webhook: Webhook, { patch, patchType }: Verdict, { object, kind }: AdmissionAttributes): void {
    try {
      if (patchType !== 'JSONPatch')
        throw new Error(`unsupported patch type ${JSON.stringify(patchType ?? '')}`);
      const operations: unknown = JSON.parse(Buffer.from(patch!, 'base64').toString());
      const { object: patched, problem } = inspect(kind, applyJsonPatch(object, operations));
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
