// Versions of https://semver.org, as upstream's pattern in pkg/apis/resource/validation has them: their numbers may be of any size.
const number = /^(?:0|[1-9][0-9]*)$/;
const digits = /^[0-9]+$/;
const identifier = /^[0-9A-Za-z-]+$/;

export function isVersion(text: string): boolean {
  const plus = text.indexOf('+');
  const before = plus < 0 ? text : text.slice(0, plus);
  const dash = before.indexOf('-');
  const numbers = (dash < 0 ? before : before.slice(0, dash)).split('.');
  const release = dash < 0 ? [] : before.slice(dash + 1).split('.');
  const build = plus < 0 ? [] : text.slice(plus + 1).split('.');
  return (
    numbers.length === 3 &&
    numbers.every((part) => number.test(part)) &&
    release.every((part) => identifier.test(part) && (!digits.test(part) || number.test(part))) &&
    build.every((part) => identifier.test(part))
  );
}
