// images: other names, tags and digests for the images of containers.
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import type { Collection } from '../collection.ts';
import { type FieldSpec, visitFields } from '../fields/field-spec.ts';
import type { ImageEntry } from '../kustomization.ts';
import { finds } from '../patterns.ts';

export function setImages(collection: Collection, entry: ImageEntry, specs: readonly FieldSpec[]): void {
  for (const resource of collection.all) {
    if (resource.kind === 'CustomResourceDefinition') continue;
    // As upstream, twice: a tagSuffix is added again where a specification names the field of a container.
    inContainers(resource.object, entry);
    for (const spec of specs)
      visitFields(resource.id, resource.object, spec, ({ get, set }) => {
        const image = get();
        if (typeof image !== 'string') throw new Error('wrong node kind: expected ScalarNode');
        set(changed(image, entry));
      });
  }
}

/** All lists that are called containers or initContainers, wherever they stand. */
function inContainers(value: unknown, entry: ImageEntry): void {
  if (Array.isArray(value)) for (const element of value) inContainers(element, entry);
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    inContainers(member, entry);
    if ((key === 'containers' || key === 'initContainers') && Array.isArray(member))
      for (const container of member) if (isObject(container)) inContainer(container, entry);
  }
}

function inContainer(container: JsonObject, entry: ImageEntry): void {
  if (typeof container.image === 'string') container.image = changed(container.image, entry);
}

function changed(image: string, entry: ImageEntry): string {
  if (!finds(`^${entry.name ?? ''}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`, image)) return image;
  let { name, tag, digest } = split(image);
  if (entry.newName) name = entry.newName;
  if (entry.newTag || entry.digest) [tag, digest] = [entry.newTag ?? '', entry.digest ?? ''];
  else if (entry.tagSuffix) [tag, digest] = [tag + entry.tagSuffix, ''];
  return `${name}${tag && `:${tag}`}${digest && `@${digest}`}`;
}

function split(image: string): { name: string; tag: string; digest: string } {
  const at = image.indexOf('@', Math.max(0, image.indexOf('/')));
  const digest = at < 0 ? '' : image.slice(at + 1);
  const rest = at < 0 ? image : image.slice(0, at);
  const colon = rest.indexOf(':', Math.max(0, rest.indexOf('/')));
  return colon < 0
    ? { name: rest, tag: '', digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}
