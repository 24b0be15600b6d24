// The annotation in which client-side apply keeps what was applied last: kubectl.kubernetes.io/last-applied-configuration.
// Objects given to these functions stay as they are. Called by apply, diff, create, replace, edit and `apply …-last-applied`.
import { sortedGoJson } from '../../api/codec/go-json.ts';
import { getKey, isObject, type JsonObject } from '../../api/patch/json.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const metadataOf = (object: JsonObject): JsonObject => {
  const metadata = getKey(object, 'metadata');
  return isObject(metadata) ? metadata : {};
};

function annotationsOf(object: JsonObject): JsonObject {
  const annotations = getKey(metadataOf(object), 'annotations');
  return isObject(annotations) ? annotations : {};
}

const withAnnotations = <T extends JsonObject>(object: T, annotations: JsonObject): T => ({
  ...object,
  metadata: { ...metadataOf(object), annotations },
});

/** The text of the annotation; undefined where there is none. */
export function lastAppliedOf(object: JsonObject): string | undefined {
  const text = getKey(annotationsOf(object), LAST_APPLIED);
  return typeof text === 'string' ? text : undefined;
}

/** What is applied: the object without the annotation. Its annotations are there even if they are empty. */
export function configurationOf<T extends JsonObject>(object: T): T {
  const { [LAST_APPLIED]: _, ...annotations } = annotationsOf(object);
  return withAnnotations(object, annotations);
}

/** The object with an annotation that says what it is. */
export function withLastApplied<T extends JsonObject>(object: T): T {
  const configuration = configurationOf(object);
  return withAnnotations(configuration, {
    ...annotationsOf(configuration),
    [LAST_APPLIED]: `${sortedGoJson(configuration)}\n`,
  });
}

/** For `--save-config`: with the annotation if it is asked for, or was there already. */
export const savedConfiguration = <T extends JsonObject>(object: T, save: boolean): T =>
  save || (lastAppliedOf(object) ?? '') !== '' ? withLastApplied(object) : object;
