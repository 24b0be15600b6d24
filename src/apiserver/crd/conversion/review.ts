// The ConversionReview sent to a webhook, and the validation of its answer. Pure. Called by webhook-converter.ts.
// Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go.

import { jsonName } from '../../../api/codec/walk.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import {
  checkFields,
  type GoStruct,
  goList,
  goObject,
  goText,
  kindText,
  readReview,
  STATUS,
  textOf,
} from '../../webhooks/review-document.ts';
import { checkSame, restoredMetadata } from './metadata.ts';

/** The values of failure_type in metrics. */
export type FailureType =
  | 'conversion_webhook_call_failure'
  | 'conversion_webhook_malformed_response_failure'
  | 'conversion_webhook_partial_response_failure'
  | 'conversion_webhook_invalid_converted_object_failure';

/** The message is what follows `conversion webhook for GROUP/VERSION, Kind=KIND `, or all of it. */
export class ConversionFailure extends Error {
  readonly type: FailureType;
  /** Upstream says it without the webhook's name. */
  readonly isWhole: boolean;
  constructor(type: FailureType, message: string, isWhole = false) {
    super(message);
    this.type = type;
    this.isWhole = isWhole;
  }
}

const GROUP = 'apiextensions.k8s.io';
const KNOWN = ['v1', 'v1beta1'] as const;
export type ReviewVersion = (typeof KNOWN)[number];

/** The first version in the webhook's order of preference that this server knows. */
export function reviewVersion(preferred: readonly string[]): ReviewVersion {
  for (const version of preferred) for (const known of KNOWN) if (version === known) return known;
  throw new Error('no supported conversion review versions');
}

export const reviewOf = (
  version: ReviewVersion,
  uid: string,
  desiredAPIVersion: string,
  objects: readonly KubeObject[],
): object => ({
  kind: 'ConversionReview',
  apiVersion: `${GROUP}/${version}`,
  request: { uid, desiredAPIVersion, objects },
});

export interface Asked {
  readonly version: ReviewVersion;
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly KubeObject[];
}

/** The converted objects in the order of those that were sent. Throws a ConversionFailure, or another error if the text is no such
 *  review. */
export function convertedBy(text: string, asked: Asked): KubeObject[] {
  const { objects, version } = asked;
  const answer = readReview(text, { group: GROUP, version, kind: 'ConversionReview', others: KINDS });
  checkFields(answer, STRUCTS[version]);
  const received = receivedFrom(answer, asked);
  if (received.length !== objects.length)
    throw new ConversionFailure(
      'conversion_webhook_partial_response_failure',
      `returned ${received.length} objects, expected ${objects.length}`,
    );
  return objects.map((sent, i) => convertedOne(sent, received[i], asked, i));
}

const KINDS = ['CustomResourceDefinition', 'CustomResourceDefinitionList'];

const structOf = (version: ReviewVersion): GoStruct => ({
  name: 'ConversionReview',
  fields: {
    request: goObject(`${version}.ConversionRequest`, { name: 'ConversionRequest', fields: {} }),
    response: goObject(`${version}.ConversionResponse`, {
      name: 'ConversionResponse',
      fields: {
        uid: goText('types.UID'),
        convertedObjects: goList('[]runtime.RawExtension'),
        result: goObject('v1.Status', STATUS),
      },
    }),
  },
});
const STRUCTS = { v1: structOf('v1'), v1beta1: structOf('v1beta1') };

function receivedFrom(answer: JsonObject, { version, uid }: Asked): readonly unknown[] {
  const fail = (why: string) =>
    new ConversionFailure('conversion_webhook_malformed_response_failure', `failed: ${why}`);
  const { kind, apiVersion, response } = answer;
  // As upstream, answers in v1beta1 are not checked for their kind and uid.
  const strict = version === 'v1';
  if (strict && (kind !== 'ConversionReview' || apiVersion !== `${GROUP}/v1`))
    throw fail(`expected webhook response of ${GROUP}/v1, Kind=ConversionReview, got ${kindText(answer)}`);
  if (!isObject(response)) throw fail('no response provided');
  if (strict && response.uid !== uid)
    throw fail(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(textOf(response.uid))}`);
  const { status, message } = isObject(response.result) ? response.result : {};
  if (status !== 'Success')
    throw fail(textOf(message) || `response.result.status was '${textOf(status)}', not 'Success'`);
  return Array.isArray(response.convertedObjects) ? response.convertedObjects : [];
}

function convertedOne(
  sent: KubeObject,
  received: unknown,
  { desiredAPIVersion, objects }: Asked,
  index: number,
): KubeObject {
  const isList = objects.length > 1;
  const fail = (why: string) =>
    new ConversionFailure('conversion_webhook_invalid_converted_object_failure', why);
  const invalid = isList
    ? `returned invalid converted object at index ${index}`
    : 'returned invalid object at index 0';
  const unreadable = (why: string) =>
    new ConversionFailure(
      'conversion_webhook_invalid_converted_object_failure',
      isList ? `${invalid}: ${why}` : why,
      !isList,
    );
  // As of a text that is empty, which upstream makes of null.
  if (received === null) throw unreadable('unexpected end of JSON input');
  if (!isObject(received))
    throw unreadable(
      `json: cannot unmarshal ${jsonName(received)} into Go value of type map[string]interface {}`,
    );
  const apiVersion = textOf(received.apiVersion);
  const kind = apiVersion.split('/').length > 2 ? '' : textOf(received.kind);
  if (!kind) throw unreadable(`Object 'Kind' is missing in '${shown(received)}'`);
  if (apiVersion !== desiredAPIVersion)
    throw fail(`${invalid}: invalid groupVersion (expected ${desiredAPIVersion}, received ${apiVersion})`);
  if (kind !== sent.kind) throw fail(`${invalid}: invalid kind (expected ${sent.kind}, received ${kind})`);
  const where = isList ? ` at index ${index}` : '';
  try {
    checkSame(sent, received);
  } catch (error) {
    const what = isList ? 'returned invalid converted object' : 'returned invalid object';
    throw fail(`${what}${where}: ${(error as Error).message}`);
  }
  try {
    return { ...received, apiVersion, kind, metadata: restoredMetadata(sent, received) };
  } catch (error) {
    const what = isList ? `returned invalid metadata in object${where}` : 'returned invalid metadata';
    throw fail(`${what}: ${(error as Error).message}`);
  }
}

/** Characters of an object that are shown in an error. */
const MOST_SHOWN = 200;
const shown = (value: unknown): string => (JSON.stringify(value) ?? '').slice(0, MOST_SHOWN);
