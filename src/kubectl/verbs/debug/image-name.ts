// Whether a text is the name of an image: [DOMAIN[:PORT]/]PATH[:TAG][@DIGEST], as the distribution's grammar has it. Pure.

const DOMAIN = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const PATH = /^[a-z0-9][a-z0-9._-]*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9+._-]*:[0-9a-fA-F]{32,}$/;
/** Longer names are none. */
const LONGEST = 4096;

export function isImageName(text: string): boolean {
  if (text.length > LONGEST) return false;
  const at = text.indexOf('@');
  if (at >= 0 && !DIGEST.test(text.slice(at + 1))) return false;
  const tagged = at < 0 ? text : text.slice(0, at);
  const colon = tagged.indexOf(':', tagged.lastIndexOf('/') + 1);
  if (colon >= 0 && !TAG.test(tagged.slice(colon + 1))) return false;
  const [first = '', ...rest] = (colon < 0 ? tagged : tagged.slice(0, colon)).split('/');
  const isFirst = rest.length > 0 ? isDomain(first) || isPath(first) : isPath(first);
  return isFirst && rest.every(isPath);
}

const isDomain = (text: string): boolean =>
  DOMAIN.test(text) && !text.includes('..') && !text.includes('-.') && !text.includes('.-');

/** Words of letters and digits with one dot, one or two underscores or any number of hyphens between them. */
const isPath = (text: string): boolean =>
  PATH.test(text) &&
  text
    .split(/[a-z0-9]+/)
    .every((separator, i, all) =>
      i === 0 || i === all.length - 1
        ? separator === ''
        : separator === '.' || separator === '_' || separator === '__' || !/[^-]/.test(separator),
    );
