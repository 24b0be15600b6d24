import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { atOnce } from '../../../../../kit/clock.ts';
import { FeatureGates } from '../../../../features/feature-gates.ts';
import { DeviceClass } from '../../../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../../../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../../../kinds/resource/v1/resource-claim-template.ts';
import { ResourceClaim as BetaClaim } from '../../../../kinds/resource/v1beta1/resource-claim.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../../meta/v1/resource.ts';
import '../../../../scheme/other-versions.ts';
import { creationErrors, validateCreate, validateUpdate } from '../../../validate.ts';
import { loadSelectors } from '../selectors.ts';
import { resourceClaimRules } from './claim.ts';

before(() => loadSelectors());

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const made = (kind: AnyResource, spec: object): KubeObject & { spec: object } => ({
  apiVersion: apiVersionOf(kind.resource),
  kind: kind.resource.kind,
  metadata: { name: 'a', resourceVersion: '1', ...(kind.resource.namespaced && { namespace: 'n' }) },
  spec,
});
const exactly = { deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 };
const claim = (...requests: object[]) => ({ devices: { requests } });
const create = (spec: object, kind: AnyResource = ResourceClaim) =>
  texts(validateCreate(kind, made(kind, spec)));
const REQUEST = 'spec.devices.requests[0]';

test('a request is exact or has alternatives, and names are unique', () => {
  assert.deepEqual(create(claim({ name: 'r', exactly })), []);
  assert.deepEqual(create(claim({ name: 'r', firstAvailable: [{ name: 's', ...exactly }] })), []);
  const one = 'exactly one of `exactly` or `firstAvailable` is required';
  assert.deepEqual(create(claim({ name: 'r' })), [`${REQUEST}: Required value: ${one}`]);
  assert.deepEqual(create(claim({ name: 'r', exactly, firstAvailable: [{ name: 's', ...exactly }] })), [
    `${REQUEST}: Invalid value: null: ${one}, but multiple fields are set`,
  ]);
  assert.deepEqual(create(claim({ name: 'r', exactly }, { name: 'r', exactly })), [
    'spec.devices.requests[1]: Duplicate value: "r"',
  ]);
  assert.match(
    create(claim({ name: 'R', exactly }))[0]!,
    /requests\[0\].name: Invalid value: "R": a lowercase/,
  );
  const many = Array.from({ length: 33 }, (_, i) => ({ name: `r${i}`, exactly }));
  assert.deepEqual(create(claim(...many)), [
    'spec.devices.requests: Too many: 33: must have at most 32 items',
  ]);
});

test('an exact request has a class, a count that fits its mode, and valid tolerations', () => {
  const exact = (more: object) => create(claim({ name: 'r', exactly: { ...exactly, ...more } }));
  const at = `${REQUEST}.exactly`;
  assert.deepEqual(exact({ deviceClassName: '' }), [`${at}.deviceClassName: Required value`]);
  assert.deepEqual(exact({ allocationMode: 'All' }), [
    `${at}.count: Invalid value: 1: must not be specified when allocationMode is 'All'`,
  ]);
  assert.deepEqual(exact({ count: 0 }), [`${at}.count: Invalid value: 0: must be greater than zero`]);
  assert.deepEqual(exact({ allocationMode: 'x' }), [
    `${at}.allocationMode: Unsupported value: "x": supported values: "All", "ExactCount"`,
  ]);
  assert.deepEqual(exact({ selectors: [{}] }), [`${at}.selectors[0].cel: Required value`]);
  const tolerations = [
    { operator: 'Exists', value: 'v' },
    { key: 'k', operator: 'x', effect: 'y' },
  ];
  assert.deepEqual(exact({ tolerations }), [
    `${at}.tolerations[0].value: Invalid value: "v": must be empty for operator \`Exists\``,
    `${at}.tolerations[1].operator: Unsupported value: "x": supported values: "Equal", "Exists"`,
    `${at}.tolerations[1].effect: Unsupported value: "y": supported values: "NoExecute", "NoSchedule", "None"`,
  ]);
});

test('constraints and configurations are about requests of the claim', () => {
  const firstAvailable = [{ name: 's', ...exactly }];
  const requests = [{ name: 'r', firstAvailable }];
  const constraint = (more: object) => create({ devices: { requests, constraints: [more] } });
  const at = 'spec.devices.constraints[0]';
  assert.deepEqual(constraint({ requests: ['r/s'], matchAttribute: 'x.example/model' }), []);
  assert.match(
    constraint({ requests: ['r/t'], matchAttribute: 'x.example/m' })[0]!,
    /must be the name of a request/,
  );
  assert.deepEqual(constraint({}), [
    `${at}: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set`,
  ]);
  assert.deepEqual(constraint({ matchAttribute: 'model' }), [
    `${at}.matchAttribute: Invalid value: "model": a fully qualified name must be a domain and a name separated by a slash`,
  ]);
  assert.match(constraint({ distinctAttribute: 'x.example/1' })[0]!, /a valid C identifier must start with/);
  const config = (more: object) => create({ devices: { requests, config: [more] } });
  const parameters = { a: 1 };
  assert.deepEqual(config({ opaque: { driver: 'x.example', parameters } }), []);
  assert.deepEqual(config({}), ['spec.devices.config[0].opaque: Required value']);
  assert.deepEqual(config({ opaque: { driver: '', parameters: { a: 'x'.repeat(10240) } } }), [
    'spec.devices.config[0].opaque.driver: Required value',
    'spec.devices.config[0].opaque.parameters: Too long: may not be more than 10240 bytes',
  ]);
});

test('what selects devices is compiled, with its length and cost limited', () => {
  const at = `${REQUEST}.exactly.selectors`;
  const selecting = (...texts: string[]) => {
    const selectors = texts.map((expression) => ({ cel: { expression } }));
    return create(claim({ name: 'r', exactly: { ...exactly, selectors } }));
  };
  assert.deepEqual(selecting('device.driver == "x.example"', 'device.attributes["x.example"].healthy'), []);
  assert.deepEqual(selecting('true', 'noSuchVar'), [
    `${at}[1].cel.expression: Invalid value: "noSuchVar": compilation failed: ERROR: <input>:1:1: undeclared reference to 'noSuchVar' (in container '')\n | noSuchVar\n | ^`,
  ]);
  assert.deepEqual(selecting('1'), [
    `${at}[0].cel.expression: Invalid value: "1": must evaluate to bool or the unknown type, not int`,
  ]);
  const long = `true${' '.repeat(10 * 1024)}`;
  assert.deepEqual(selecting(long), [`${at}[0].cel.expression: Too long: may not be more than 10240 bytes`]);
  const digits = '[0,1,2,3,4,5,6,7,8,9]';
  const loops = 'abcdefg'
    .split('')
    .reduceRight((inner, name) => `${digits}.all(${name}, ${inner})`, 'device.driver.size() > 0');
  assert.deepEqual(selecting(loops), [`${at}[0].cel.expression: Forbidden: too complex, exceeds cost limit`]);
  assert.deepEqual(selecting(...Array.from({ length: 33 }, () => 'wrong')), [
    `${at}: Too many: 33: must have at most 32 items`,
  ]);
});

test('all expressions of a claim together have a largest size', () => {
  const text = `true${' '.repeat(8 * 1024 - 4)}`;
  const selectors = Array.from({ length: 16 }, () => ({ cel: { expression: text } }));
  const exact = { name: 'r', exactly: { ...exactly, selectors } };
  const either = { name: 's', firstAvailable: [{ name: 't', ...exactly, selectors }] };
  assert.deepEqual(create(claim(exact, either)), []);
  const more = { ...exactly, selectors: [{ cel: { expression: 'true' } }] };
  assert.deepEqual(create(claim(exact, either, { name: 'u', exactly: more })), [
    'spec.devices.requests: Too long: may not be more than 262144 bytes',
  ]);
});

test('what selects devices of an alternative is compiled, too', () => {
  const selectors = [{ cel: { expression: '' } }];
  const [error, ...more] = create(
    claim({ name: 'r', firstAvailable: [{ name: 's', ...exactly, selectors }] }),
  );
  assert.match(
    error!,
    /firstAvailable\[0\].selectors\[0\].cel.expression: Invalid value: "": compilation failed/,
  );
  assert.deepEqual(more, []);
});

test('what depends on a feature gate is refused without it', () => {
  const errorsOf = (gates: string, spec: object) =>
    texts(
      atOnce(
        creationErrors(
          ResourceClaim,
          made(ResourceClaim, spec),
          resourceClaimRules(new FeatureGates(gates)) as never,
        ),
      ),
    );
  const selecting = (expression: string) =>
    claim({ name: 'r', exactly: { ...exactly, selectors: [{ cel: { expression } }] } });
  const multiple = selecting('device.allowMultipleAllocations');
  assert.deepEqual(errorsOf('', multiple), []);
  assert.match(
    errorsOf('DRAConsumableCapacity=false', multiple)[0]!,
    /undefined field 'allowMultipleAllocations'/,
  );
  const includes = selecting('device.attributes["x.example"].a.includes(1)');
  assert.match(errorsOf('', includes)[0]!, /undeclared reference to 'includes'/);
  assert.deepEqual(errorsOf('DRAListTypeAttributes=true', includes), []);
  const none = { devices: { requests: [{ name: 'r', exactly }], constraints: [{}] } };
  assert.deepEqual(errorsOf('DRAConsumableCapacity=false', none), [
    'spec.devices.constraints[0].matchAttribute: Required value',
  ]);
});

test('a template is checked again when it is updated', () => {
  const template = (expression: string) =>
    made(ResourceClaimTemplate, {
      spec: claim({ name: 'r', exactly: { ...exactly, selectors: [{ cel: { expression } }] } }),
    });
  const errors = validateUpdate(ResourceClaimTemplate, template('wrong'), template('wrong'));
  assert.match(texts(errors)[0]!, /^spec.spec.devices.requests\[0\].*undeclared reference to 'wrong'/s);
});

test('the specs of claims and templates never change, those of classes do', () => {
  const update = (kind: AnyResource, spec: object, old: object) =>
    texts(validateUpdate(kind, made(kind, spec), made(kind, old)));
  const [one, other] = [claim({ name: 'r', exactly }), claim({ name: 's', exactly })];
  assert.deepEqual(update(ResourceClaim, one, one), []);
  assert.match(update(ResourceClaim, other, one)[0]!, /^spec: Invalid value: .*: field is immutable$/);
  assert.match(update(ResourceClaimTemplate, { spec: other }, { spec: one })[0]!, /field is immutable$/);
  const config = (driver: string) => ({ config: [{ opaque: { driver, parameters: {} } }] });
  assert.deepEqual(update(DeviceClass, config('x.example'), config('y.example')), []);
  assert.deepEqual(update(DeviceClass, config(''), config('y.example')), [
    'spec.config[0].opaque.driver: Required value',
  ]);
});

test('a template is checked as its claims will be, and so is a claim of v1beta1', () => {
  assert.deepEqual(create({ spec: claim({ name: 'r' }) }, ResourceClaimTemplate), [
    'spec.spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
  ]);
  const flat = { name: 'r', deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 };
  assert.deepEqual(create(claim(flat), BetaClaim), []);
  assert.deepEqual(create(claim({ ...flat, count: -1 }), BetaClaim), [
    'spec.devices.requests[0].exactly.count: Invalid value: -1: must be greater than zero',
  ]);
  const changed = validateUpdate(
    BetaClaim,
    made(BetaClaim, claim({ ...flat, count: 2 })),
    made(BetaClaim, claim(flat)),
  );
  assert.match(texts(changed)[0]!, /^spec: Invalid value: .*"exactly".*: field is immutable$/);
});
