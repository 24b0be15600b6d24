// Admission webhooks: mutating ones one after another, in the order of their configurations' names; validating ones in
// parallel. Without webhook configurations admission stays synchronous. Called by chain.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/{mutating,validating}.
import { inspect } from '../../../api/codec/decode.ts';
import { parseJson } from '../../../api/codec/json.ts';
import {
  type MutatingWebhook,
  MutatingWebhookConfiguration,
} from '../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../../../api/kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import { applyJsonPatch, DoesNotFit } from '../../../api/patch/json-patch.ts';
import { badRequest, failure, internalError, StatusError } from '../../../api/status/status-error.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { KeptConnections } from '../../../kit/http1/kept-connections.ts';
import { type Logger, Unquoted } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import type { SettledAuthorizer } from '../../authz/settled-authorizer.ts';
import { type AdmissionAttributes, type Carried, concerns, isWhole } from '../../registry/admission.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import type { CallerOptions } from '../../webhooks/post-review.ts';
import { otherVersions, type Seen, seenIn, takeOver } from '../equivalent.ts';
import { type Mutation, Reinvocation } from '../reinvocation.ts';
import { annotateAnswer, annotateFailedOpen, annotateMutation, type Placed } from './annotations.ts';
import { callWebhook } from './call.ts';
import { MatchConditions } from './match-conditions.ts';
import { matchedVersion, type Webhook } from './matching.ts';
import { denial, reviewOf, type Verdict, verdictOf } from './review.ts';

export interface WebhooksOptions {
  readonly resources: ResourceTable;
  readonly authorizer: SettledAuthorizer;
  readonly clock: Clock;
  readonly random: Random;
  readonly connections: KeptConnections;
  readonly log: Logger;
}

type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #caller: CallerOptions;
  readonly #mutating: ResourceCache<MutatingWebhookConfiguration>;
  readonly #validating: ResourceCache<ValidatingWebhookConfiguration>;
  readonly #namespaces: ResourceCache<Namespace>;
  readonly #conditions: MatchConditions;

  constructor(options: WebhooksOptions) {
    const { resources, random, clock, connections } = options;
    this.#options = options;
    const services = resources.stored(Service);
    this.#caller = { random, clock, connections, services, slices: resources.stored(EndpointSlice) };
    this.#mutating = resources.stored(MutatingWebhookConfiguration).cache;
    this.#validating = resources.stored(ValidatingWebhookConfiguration).cache;
    this.#namespaces = resources.stored(Namespace).cache;
    this.#conditions = new MatchConditions(options.authorizer);
  }

  /** Undefined if no mutating webhook matches, and none can: `isFinal` says that nobody else changes the object before. */
  mutation(attributes: AdmissionAttributes, isFinal: boolean): Mutation | undefined {
    const cache = this.#mutating;
    if (cache.store.count(cache.prefix) === 0) return undefined;
    const webhooks = this.#all(cache);
    const version = this.#matcher(attributes);
    if (isFinal && !webhooks.some(({ webhook }) => version(webhook))) return undefined;
    const state = new Reinvocation<Placed>();
    return { round: (again) => this.#round(webhooks, attributes, state, again) };
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const cache = this.#validating;
    if (cache.store.count(cache.prefix) === 0) return;
    const version = this.#matcher(attributes);
    const webhooks = this.#all(cache).filter(({ webhook }) => version(webhook));
    if (webhooks.length > 0) return this.#validate(webhooks, attributes);
  }

  async #validate(webhooks: readonly Placed[], attributes: AdmissionAttributes): Promise<void> {
    const called: [Placed, Seen][] = [];
    for (const placed of webhooks) {
      const seen = await this.#seenBy(placed, attributes);
      if (seen) called.push([placed, seen]);
    }
    await Promise.all(called.map(([placed, seen]) => this.#call(placed, attributes, seen, 'validating')));
  }

  #all(cache: ResourceCache<Configuration>): Placed[] {
    return cache
      .items()
      .flatMap(({ object, name: configuration }) =>
        (object.webhooks ?? []).map((webhook: Webhook) => ({ webhook, configuration })),
      )
      .map((placed, index) => ({ ...placed, index, round: 0 as const }));
  }

  /** The version in which a webhook is called. */
  #matcher(attributes: AdmissionAttributes): (webhook: Webhook) => AnyResource | undefined {
    const { namespace, subresource } = attributes;
    const found = concerns(attributes, Namespace, subresource)
      ? (attributes.object ?? attributes.old)
      : this.#namespaces.get('', namespace)?.object;
    const equivalents = () => otherVersions(this.#options.resources, attributes.kind);
    return (webhook) => matchedVersion(webhook, attributes, found, equivalents);
  }

  async #round(
    webhooks: readonly Placed[],
    attributes: AdmissionAttributes,
    state: Reinvocation<Placed>,
    again: boolean,
  ): Promise<boolean> {
    if (again) state.enter(attributes.object);
    const before = JSON.stringify(attributes.object);
    let last = before;
    for (const placed of webhooks) {
      if (again && !state.isDue(placed)) continue;
      const seen = await this.#seenBy(placed, attributes);
      if (!seen) continue;
      await this.#mutateBy({ ...placed, round: again ? 1 : 0 }, attributes, seen);
      const now = JSON.stringify(attributes.object);
      if (now !== last) state.changed();
      last = now;
      if ((placed.webhook as MutatingWebhook).reinvocationPolicy === 'IfNeeded') state.add(placed);
    }
    state.leave(attributes.object);
    return last !== before;
  }

  /** The object as webhooks before have left it, in the webhook's version; undefined if the webhook is not called. */
  async #seenBy({ webhook }: Placed, attributes: AdmissionAttributes): Promise<Seen | undefined> {
    const kind = this.#matcher(attributes)(webhook);
    if (!kind) return undefined;
    const seen = await seenIn(this.#options.resources, attributes, kind);
    return (await this.#conditions.hold(webhook, attributes, seen)) ? seen : undefined;
  }

  async #mutateBy(placed: Placed, attributes: AdmissionAttributes, seen: Seen): Promise<void> {
    const verdict = await this.#call(placed, attributes, seen, 'mutating');
    if (!verdict) return;
    const patches = verdict.patch !== undefined && verdict.patch !== '' && seen.object !== undefined;
    if (patches) await this.#patch(placed.webhook, verdict, attributes, seen);
    const patch = patches ? Buffer.from(verdict.patch!, 'base64').toString() : undefined;
    annotateMutation(attributes, placed, patch);
  }

  /** Undefined if the call failed and the webhook's failurePolicy is Ignore. */
  async #call(
    placed: Placed,
    attributes: AdmissionAttributes,
    seen: Seen,
    type: 'mutating' | 'validating',
  ): Promise<Verdict | undefined> {
    const { webhook } = placed;
    if (attributes.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects))
      throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
    const { random, log } = this.#options;
    const uid = random.uuid();
    let verdict: Verdict;
    try {
      const answer = await callWebhook(this.#caller, webhook, reviewOf(attributes, seen, uid));
      verdict = verdictOf(answer, uid);
    } catch (error) {
      if (webhook.failurePolicy !== 'Ignore') throw unreachable(webhook, error);
      log.warn('webhook failed and is ignored', { webhook: webhook.name, error: new Unquoted(error) });
      annotateFailedOpen(attributes, placed, type);
      return undefined;
    }
    annotateAnswer(attributes, placed, verdict.auditAnnotations);
    for (const warning of verdict.warnings ?? []) attributes.warn(warning);
    if (!verdict.allowed) throw denial(webhook.name, verdict);
    return verdict;
  }

  async #patch(
    webhook: Webhook,
    { patch, patchType }: Verdict,
    attributes: AdmissionAttributes,
    seen: Seen,
  ): Promise<void> {
    try {
      if (patchType !== 'JSONPatch')
        throw unreachable(webhook, new Error(`unsupported patch type ${JSON.stringify(patchType ?? '')}`));
      const operations = parseJson(Buffer.from(patch!, 'base64').toString());
      const schema = isWhole(attributes) ? seen.kind : attributes.schema;
      const { object: patched, problem } = inspect(schema, applyJsonPatch(seen.object, operations));
      if (problem !== undefined) throw new Error(problem);
      await takeOver(this.#options.resources, attributes, seen, patched as Carried);
    } catch (error) {
      throw patchFailed(error);
    }
  }
}

/** As upstream, whatever the webhook's failurePolicy: the webhook has answered. */
function patchFailed(error: unknown): unknown {
  if (!(error instanceof StatusError)) return internalError(error);
  if (error.reason === 'InternalError') return error;
  return internalError(error.cause instanceof DoesNotFit ? error.cause.message : error.message);
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
