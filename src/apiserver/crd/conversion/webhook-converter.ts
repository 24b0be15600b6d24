// Calls the conversion webhook of one CustomResourceDefinition. Called by custom-versions.ts.
// Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go.

import type { WebhookConversion } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { failure } from '../../../api/status/status-error.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type CallerOptions, postReview } from '../../webhooks/post-review.ts';
import type { ConversionMetrics } from './metrics.ts';
import { ConversionFailure, convertedBy, reviewOf, reviewVersion } from './review.ts';

export interface ConverterServices {
  readonly caller: CallerOptions;
  readonly metrics: ConversionMetrics;
}

/** Upstream's for all conversion webhooks. */
const TIMEOUT_SECONDS = 30;

export class WebhookConverter {
  readonly #definition: string;
  readonly #webhook: WebhookConversion;
  readonly #services: ConverterServices;

  constructor(definition: string, webhook: WebhookConversion, services: ConverterServices) {
    this.#definition = definition;
    this.#webhook = webhook;
    this.#services = services;
  }

  /** `objects` have one apiVersion, which is not the desired one, and are not changed. Rejects with a StatusError. */
  async convert(objects: readonly KubeObject[], desiredAPIVersion: string): Promise<KubeObject[]> {
    const { caller, metrics } = this.#services;
    const { apiVersion, kind } = objects[0]!;
    const started = caller.clock.monotonic();
    const observe = (type: ConversionFailure['type'] | undefined) =>
      metrics.observe({
        definition: this.#definition,
        from: versionOf(apiVersion),
        to: versionOf(desiredAPIVersion),
        seconds: (caller.clock.monotonic() - started) / 1000,
        failure: type,
      });
    try {
      const converted = await this.#call(objects, desiredAPIVersion);
      observe(undefined);
      return converted;
    } catch (error) {
      const { type, message, isWhole } =
        error instanceof ConversionFailure
          ? error
          : new ConversionFailure('conversion_webhook_call_failure', `failed: ${messageOf(error)}`);
      observe(type);
      const text = isWhole ? message : `conversion webhook for ${apiVersion}, Kind=${kind} ${message}`;
      throw failure(500, '', text, undefined, { cause: error });
    }
  }

  async #call(objects: readonly KubeObject[], desiredAPIVersion: string): Promise<KubeObject[]> {
    const { caller } = this.#services;
    const { clientConfig = {}, conversionReviewVersions } = this.#webhook;
    const version = reviewVersion(conversionReviewVersions);
    const uid = caller.random.uuid();
    const review = reviewOf(version, uid, desiredAPIVersion, objects);
    const text = await postReview(caller, clientConfig, review, TIMEOUT_SECONDS);
    return convertedBy(text, { version, uid, desiredAPIVersion, objects });
  }
}

const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);
