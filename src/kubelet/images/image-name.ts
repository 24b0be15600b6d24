// Validates an image reference and completes it with the default tag. Pure.

const NAME =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/;
/** Characters: 255 of a name (upstream's limit), 128 of a tag, and the longest digest. */
const MAX_REFERENCE = 600;
const ID = /^(?:sha256:)?[0-9a-f]{64}$/;

/** The reference with a tag; undefined when it is malformed. */
export function applyDefaultTag(image: string): string | undefined {
  if (image.length > MAX_REFERENCE) return undefined;
  if (ID.test(image)) return image;
  if (!NAME.test(image)) return undefined;
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? image : `${image}:latest`;
}

/** Always for :latest and for no tag, else IfNotPresent: the API's defaults, for pods that were never defaulted. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  return applyDefaultTag(image)?.endsWith(':latest') ? 'Always' : 'IfNotPresent';
}
