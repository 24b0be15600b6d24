// Costs and errors are those of upstream's tests (dynamic-resource-allocation/cel/compile_test.go).
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { atOnce } from '../../../kit/clock.ts';
import { evaluate } from '../compile.ts';
import { dynamic } from '../evaluate.fake.ts';
import { compileSelector, type DeviceFeatures, loadPatterns, type Selector } from './selectors.ts';

before(() => loadPatterns());

const NONE: DeviceFeatures = { multipleAllocations: false, includes: false, lists: false };
const LISTS: DeviceFeatures = { ...NONE, includes: true, lists: true };
const compiled = (text: string, features: DeviceFeatures) => atOnce(compileSelector(text, features));
const errorOf = (text: string, features = NONE): string => {
  const made = compiled(text, features);
  return 'error' in made ? made.error : '';
};
function selector(text: string, features: DeviceFeatures): Selector {
  const made = compiled(text, features);
  if ('error' in made) throw new Error(`${text}: ${made.error}`);
  return made;
}

const at = 'device.attributes["dra.example.com"]';
const capacity = 'device.capacity["dra.example.com"]';

test('what expressions can cost at most', () => {
  const costs: [string, number][] = [
    ['true', 0],
    ['device.attributes["no-such-domain"].noSuchAttr.isGreaterThan(quantity("0"))', 6],
    ['"dra.example.com" in device.attributes', 3],
    ['device.driver == ""', 2],
    ['device.driver == "dra.example.com"', 4],
    [`${at}.name`, 4],
    [`${at}["name"]`, 4],
    [`cel.bind(dra, ${at}, dra.name)`, 15],
    [`${at}.name > 0`, 5],
    [`${at}.name == "fish"`, 5],
    [`${at}.name.isGreaterThan(semver("0.0.1"))`, 6],
    [`${at}.name.isGreaterThan(semver("v0.0.1", true)) && isSemver("v1.0.0", true)`, 7],
    [`${capacity}.name.isGreaterThan(quantity("1Ki"))`, 6],
    [`"name" in ${capacity} && ${capacity}.name.isGreaterThan(quantity("1Ki"))`, 10],
    [`!("name" in ${capacity}) || ${capacity}.name.isGreaterThan(quantity("1Ki"))`, 11],
    [`${at}.a && ${at}.b && ${at}.c`, 12],
    ['device.attributes.exists_one(x, x == "dra.example.com")', 164],
    [`${at}.exists_one(x, x == "services")`, 133],
    [`${at}.services.split("example").size() >= 2`, 19],
    [`${at}.services.matches("[^a]?sym")`, 18],
    ['device.capacity.exists_one(x, x == "dra.example.com")', 164],
    [`${capacity}.exists_one(x, x == "memory")`, 133],
  ];
  for (const [text, cost] of costs)
    for (const features of [NONE, LISTS])
      assert.equal(selector(text, features).maximumCost, cost, `${text}, ${JSON.stringify(features)}`);
  const digits = '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]';
  const loops = ['x', 'y', 'z', 'z2', 'z3', 'z4', 'z5'].reduceRight(
    (inner, name) => `${digits}.all(${name}, ${inner})`,
    `int('1'.find('[0-9]*')) < 100`,
  );
  assert.equal(selector(loops, NONE).maximumCost, 85555551);
});

test('what expressions over lists can cost at most', () => {
  const costs: [string, number][] = [
    [`${at}.name.exists(x, x > 0)`, 5 + 6 * 64],
    [`${at}.name.exists(x, x == "fish")`, 5 + 6 * 64],
    [`${at}.names.all(x, x != "")`, 5 + 4 * 64],
    [`${at}.names.all(x, x.isGreaterThan(semver("0.0.1")))`, 5 + 6 * 64],
    [`${at}.names.size() == 2`, 6],
    [`${at}.name.includes(true)`, 4 + 48],
    [`${at}.name.includes(semver("1.0.0"))`, 4 + 48 + 1],
    [`1 in ${at}.names`, 4 + 64],
  ];
  for (const [text, cost] of costs) assert.equal(selector(text, LISTS).maximumCost, cost, text);
});

test('what depends on feature gates is unknown without them', () => {
  const multiple = 'device.allowMultipleAllocations == true';
  assert.match(errorOf(multiple), /undefined field 'allowMultipleAllocations'/);
  assert.equal(selector(multiple, { ...NONE, multipleAllocations: true }).maximumCost, 3);
  assert.match(errorOf(`${at}.name.includes("fish")`), /undeclared reference to 'includes'/);
});

test('cel.bind gives a name to a value', () => {
  const bind = (text: string) => errorOf(`cel.bind(${text})`);
  assert.equal(bind(`dra, ${at}, dra.one && dra.other`), '');
  assert.match(bind('1, 2, true'), /1:10: cel.bind\(\) variable names must be simple identifiers/);
  assert.match(bind('a, 2'), /undeclared reference to 'cel'/);
  assert.match(errorOf('device.bind(a, 1, true)'), /undeclared reference to 'bind'/);
});

test('an expression has a value that may be a bool', () => {
  assert.match(errorOf('?!'), /^compilation failed: ERROR: <input>:1:1: Syntax error/);
  const wrong = (type: string) => `must evaluate to bool or the unknown type, not ${type}`;
  assert.equal(errorOf('1'), wrong('int'));
  assert.equal(errorOf('[1]'), wrong('list(int)'));
  assert.equal(errorOf('timestamp("2026-01-01T00:00:00Z")'), wrong('google.protobuf.Timestamp'));
  assert.equal(errorOf('device'), wrong('kubernetes.DRADevice'));
  assert.equal(errorOf('dyn(true)'), wrong('dyn'));
  assert.equal(errorOf('dyn(true)', LISTS), '');
});

test('includes() finds an item of a list that is not too long, or the value itself', () => {
  const includes = (name: unknown, item: string) => {
    const device = dynamic({ attributes: { 'dra.example.com': { name } } });
    const { program } = selector(`${at}.name.includes(${item})`, LISTS).compiled;
    const { value } = evaluate(program, (variable) => (variable === 'device' ? device : undefined));
    return typeof value === 'boolean' ? value : (value as { message: string }).message;
  };
  assert.deepEqual(
    [includes(true, 'true'), includes(true, 'false'), includes([1, 2], '2'), includes([1, 2], '3')],
    [true, false, true, false],
  );
  const values = Array.from({ length: 49 }, (_, i) => `v${i}`);
  assert.deepEqual([includes(values.slice(0, 48), '"x"'), includes(values, '"v47"')], [false, true]);
  assert.equal(
    includes(values, '"v48"'),
    "'includes' function cannot be applied to lists longer than 48 values",
  );
});
