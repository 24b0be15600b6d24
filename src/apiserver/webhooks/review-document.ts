// Reads what a webhook answered as a review: its text, its kind, and the types of its fields, with the errors of upstream's decoder.
// None of them shows parts of the text. Pure. Called for admission (admission/webhooks/call.ts) and conversion (crd/conversion).
// Upstream: Result.Into in client-go/rest/request.go and serializer/json/json.go of apimachinery.
import { AliasError } from '../../api/codec/aliases.ts';
import { JsonSyntaxError, parseJson } from '../../api/codec/json.ts';
import { jsonName } from '../../api/codec/walk.ts';
import { parseYaml } from '../../api/codec/yaml.ts';
import { yamlProblem } from '../../api/codec/yaml-errors.ts';
import { isObject, type JsonObject } from '../../api/patch/json.ts';

export interface ReviewKind {
  readonly group: string;
  /** Of the review that was sent. */
  readonly version: 'v1' | 'v1beta1';
  readonly kind: string;
  /** What else upstream's decoder knows in this group. */
  readonly others?: readonly string[];
}

/** Characters of an answer that is not JSON but may be YAML. Upstream has no limit. */
const MOST_YAML = 64 * 1024;
const HEAD =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

const unreadable = (why: string) => new Error(`couldn't get version/kind; json parse error: ${why}`);

/** Throws an error if the text is no object, or one of another kind. One without a kind passes: its reader says what it misses. */
export function readReview(text: string, wanted: ReviewKind): JsonObject {
  const value = /^\s*\{/.test(text) ? jsonOf(text) : yamlOf(text);
  if (value === null || value === undefined) return {};
  if (!isObject(value))
    throw unreadable(`json: cannot unmarshal ${jsonName(value)} into Go value of type ${HEAD}`);
  checkKind(value, wanted);
  return value;
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw unreadable(error instanceof JsonSyntaxError ? error.message : 'it is over the budget');
  }
}

function yamlOf(text: string): unknown {
  if (text.trim() === '') return null;
  if (text.length > MOST_YAML) return '';
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(error instanceof AliasError ? `yaml: ${error.message}` : `yaml: ${yamlProblem(error)}`);
  }
}

/** Kinds of the core group that every decoder knows. */
const UNVERSIONED = ['Status', 'APIVersions', 'APIGroupList', 'APIGroup', 'APIResourceList'];
/** How upstream names the decoder's list of kinds: by the line where it is made. */
const SCHEME = 'k8s.io/apiserver/pkg/util/webhook/client.go:71';

function checkKind(value: JsonObject, wanted: ReviewKind): void {
  for (const field of ['apiVersion', 'kind'])
    if (!isText(value[field]))
      throw unreadable(
        `json: cannot unmarshal ${jsonName(value[field])} into Go struct field .${field} of type string`,
      );
  const { group, version, kind, others = [] } = wanted;
  const apiVersion = textOf(value.apiVersion) || `${group}/${version}`;
  const name = textOf(value.kind) || kind;
  if (apiVersion.split('/').length > 2)
    throw new Error(`unexpected GroupVersion string: ${shown(apiVersion)}`);
  if (apiVersion === `${group}/${version}` && name === kind) return;
  const known = [`${group}/v1`, `${group}/v1beta1`].includes(apiVersion)
    ? [kind, ...others].includes(name)
    : apiVersion === 'v1' && UNVERSIONED.includes(name);
  throw new Error(
    known
      ? `converting (${apiVersion.slice(apiVersion.indexOf('/') + 1)}.${name}) to (${version}.${kind}): unknown conversion`
      : `no kind ${shown(name, true)} is registered for version ${shown(apiVersion, true)} in scheme ${JSON.stringify(SCHEME)}`,
  );
}

/** Characters of a name in an error. */
const MOST_SHOWN = 200;
const shown = (text: string, quoted = false): string =>
  quoted ? JSON.stringify(text.slice(0, MOST_SHOWN)) : text.slice(0, MOST_SHOWN);

/** As Go prints a GroupVersionKind. */
export function kindText({ apiVersion, kind }: JsonObject): string {
  const text = textOf(apiVersion);
  const [group = '', version = ''] = text.includes('/') ? text.split('/') : ['', text];
  return shown(`${group}/${version}, Kind=${textOf(kind)}`);
}

/** Null counts as left out, as Go decodes it. */
const isText = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string';
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The types of fields as Go has them: a name, whether a value fits, and the fields of an object. */
export interface GoField {
  readonly type: string;
  readonly fits: (value: unknown) => boolean;
  /** The struct's own name, and its fields. */
  readonly struct?: GoStruct;
}

export interface GoStruct {
  readonly name: string;
  readonly fields: Readonly<Record<string, GoField>>;
}

/** Throws for the first field, in the order of the text, whose value does not fit. */
export function checkFields(
  value: JsonObject,
  { name, fields }: GoStruct,
  path: readonly string[] = [],
): void {
  for (const [field, found] of Object.entries(value)) {
    const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!known || found === null) continue;
    const at = [...path, field];
    if (!known.fits(found))
      throw new Error(
        `json: cannot unmarshal ${jsonName(found)} into Go struct field ${name}.${at.join('.')} of type ${known.type}`,
      );
    if (known.struct && isObject(found)) checkFields(found, known.struct, at);
  }
}

export const goText = (type = 'string'): GoField => ({ type, fits: (value) => typeof value === 'string' });
export const goObject = (type: string, struct: GoStruct): GoField => ({ type, fits: isObject, struct });
export const goList = (type: string): GoField => ({ type, fits: Array.isArray });

/** metav1.Status. */
export const STATUS: GoStruct = {
  name: 'Status',
  fields: {
    status: goText(),
    message: goText(),
    reason: goText('v1.StatusReason'),
    code: { type: 'int32', fits: Number.isInteger },
  },
};
