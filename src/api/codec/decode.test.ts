import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event } from '../kinds/core/v1/event.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { DeleteOptions } from '../meta/v1/delete-options.ts';
import { StatusError } from '../status/status-error.ts';
import { decodeBody, decodeConfiguration, inspect } from './decode.ts';
import { normalize } from './normalize.ts';

const pod = (spec: string) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":${spec}}`;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof StatusError);
    assert.equal(error.code, 400);
    return error.message;
  }
  return assert.fail('was accepted');
}

test('a well-formed pod is decoded and gets the structs that are always there', () => {
  const { object, warnings } = decodeBody<Pod>(Pod, pod('{"containers":[{"name":"c","image":"i"}]}'));
  assert.deepEqual(warnings, []);
  assert.deepEqual(object, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'c', image: 'i', resources: {} }] },
    status: {},
  });
});

test('apiVersion and kind are optional', () => {
  const { object } = decodeBody(Pod, '{"metadata":{"name":"a"}}');
  assert.equal(object.apiVersion, 'v1');
  assert.equal(object.kind, 'Pod');
});

test('unknown and repeated fields are pruned with warnings', () => {
  const body = pod(
    '{"foo":1,"containers":[{"name":"c","bar":{"x":1}},{"name":"d","name":"e"}],"hostNetwork":true}',
  );
  const { object, warnings } = decodeBody<Pod>(Pod, body);
  assert.deepEqual(warnings, [
    'unknown field "spec.foo"',
    'unknown field "spec.containers[0].bar"',
    'duplicate field "spec.containers[1].name"',
  ]);
  assert.deepEqual(object.spec, {
    containers: [
      { name: 'c', resources: {} },
      { name: 'e', resources: {} },
    ],
    hostNetwork: true,
  });
  assert.deepEqual(decodeBody(Pod, body, { fieldValidation: 'Ignore' }).warnings, []);
});

test('Strict refuses unknown and repeated fields', () => {
  const body = pod('{"foo":1,"nodeName":"a","nodeName":"b"}');
  assert.equal(
    refusal(() => decodeBody(Pod, body, { fieldValidation: 'Strict' })),
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo", duplicate field "spec.nodeName"',
  );
});

test('colons and quotes in strings do not count as repeated keys', () => {
  const body = `{"metadata":{"name":"a","annotations":{"x":"{\\"a\\":1,\\"a\\":2}","y\\\\":":\\\\"}}}`;
  assert.deepEqual(decodeBody(Pod, body, { fieldValidation: 'Strict' }).warnings, []);
});

test('the first wrong type is reported with Go’s message', () => {
  const cases: [string, string][] = [
    [
      '{"containers":[{"ports":[{"containerPort":"80"}]}]}',
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      '{"containers":{}}',
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      '{"hostNetwork":"x"}',
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      '{"nodeSelector":{"a":1}}',
      'json: cannot unmarshal number into Go struct field PodSpec.spec.nodeSelector of type string',
    ],
    [
      '{"priority":1.5}',
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      '{"priority":3000000000}',
      'json: cannot unmarshal number 3000000000 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      '{"overhead":{"cpu":"1 x"}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ];
  for (const [spec, why] of cases) {
    assert.equal(
      refusal(() => decodeBody(Pod, pod(spec))),
      `Pod in version "v1" cannot be handled as a Pod: ${why}`,
    );
  }
});

test('null and zero values are absent, values behind pointers stay', () => {
  const body = pod(
    '{"nodeName":"","hostNetwork":false,"volumes":[],"nodeSelector":{},"priority":0,"automountServiceAccountToken":false,"tolerations":null,"containers":[null]}',
  );
  assert.deepEqual(decodeBody<Pod>(Pod, body).object.spec, {
    priority: 0,
    automountServiceAccountToken: false,
    containers: [{ resources: {} }],
  });
});

test('an apply configuration keeps nulls and zero values', () => {
  const body = pod('{"nodeName":"","volumes":[],"x":1,"tolerations":null}');
  const { object, sent } = decodeConfiguration(Pod, Buffer.from(body));
  assert.deepEqual(object.spec, { nodeName: '', volumes: [], tolerations: null });
  assert.ok(!('status' in object));
  assert.equal((sent.spec as Record<string, unknown>).x, 1);
});

test('names of Object.prototype are ordinary keys', () => {
  const body =
    '{"metadata":{"name":"a","labels":{"__proto__":"x","constructor":null}},"__proto__":{"kind":"x"},"toString":1}';
  const { object, warnings } = decodeBody(Pod, body);
  assert.deepEqual(warnings, ['unknown field "__proto__"', 'unknown field "toString"']);
  assert.equal(JSON.stringify(object.metadata.labels), '{"__proto__":"x","constructor":""}');
  assert.equal(Object.getPrototypeOf(object), Object.prototype);
});

test('malformed JSON is reported with Go’s message', () => {
  const start =
    "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error:";
  const cases: [string, string][] = [
    ['', 'unexpected end of JSON input (<empty>)'],
    ['{"a":1,}', `invalid character '}' looking for beginning of object key string ({"a":1,})`],
    ['{"a" 1}', `invalid character '1' after object key ({"a" 1})`],
    ['{"a":tru}', `invalid character '}' in literal true (expecting 'e') ({"a":tru})`],
    ['x', `invalid character 'x' looking for beginning of value (78)`],
    ['{} {}', `invalid character '{' after top-level value ({} {})`],
    [
      '[]',
      'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b5d)',
    ],
  ];
  for (const [body, why] of cases)
    assert.equal(
      refusal(() => decodeBody(Pod, body)),
      `${start} ${why}`,
    );
});

test('bodies nested too deeply are refused', () => {
  const deep = `{"metadata":{"annotations":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
  assert.match(
    refusal(() => decodeBody(Pod, deep)),
    /exceeded max depth/,
  );
});

test('a kind or version other than that of the path is refused', () => {
  assert.equal(
    refusal(() => decodeBody(Pod, '{"apiVersion":"v1","kind":"ConfigMap"}')),
    'ConfigMap in version "v1" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): unknown conversion',
  );
  assert.equal(
    refusal(() => decodeBody(Pod, '{"apiVersion":"apps/v1","kind":"Pod"}')),
    'the API version in the data (apps/v1) does not match the expected API version (v1)',
  );
});

test('delete options are accepted in any version', () => {
  const body =
    '{"kind":"DeleteOptions","apiVersion":"apps/v1","propagationPolicy":"Background","gracePeriodSeconds":0}';
  assert.deepEqual(decodeBody(DeleteOptions, body).object, JSON.parse(body));
});

test('quantities, times and base64 are converted to canonical form', () => {
  const { object } = decodeBody<Pod>(
    Pod,
    pod('{"overhead":{"cpu":1.5,"memory":"1024Ki"}}').replace(
      '"name":"a"',
      '"creationTimestamp":"2026-01-01T01:00:00.5+02:00"',
    ),
  );
  assert.deepEqual(object.spec?.overhead, { cpu: '1500m', memory: '1Mi' });
  assert.equal(object.metadata.creationTimestamp, '2025-12-31T23:00:00Z');
  assert.match(
    refusal(() => decodeBody(Secret, '{"data":{"a":"x"}}')),
    /: illegal base64 data at input byte 1$/,
  );
  assert.match(
    refusal(() => decodeBody(Pod, '{"metadata":{"creationTimestamp":"yesterday"}}')),
    /parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"$/,
  );
});

test('YAML is parsed as kubectl parses it', () => {
  const body = `
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {a: "yes"}}
spec:
  hostNetwork: yes
  volumes:
  - name: v
    configMap: {defaultMode: 0777}
  - name: w
    configMap: {defaultMode: 0o777}
  priority: 1_000
  foo: 2026-01-01
`;
  const { object, warnings } = decodeBody<Pod>(Pod, body, { mediaType: 'application/yaml' });
  assert.equal(object.spec?.hostNetwork, true);
  assert.deepEqual(
    object.spec?.volumes?.map((v) => v.configMap?.defaultMode),
    [511, 511],
  );
  assert.equal(object.spec?.priority, 1000);
  assert.deepEqual(warnings, ['unknown field "spec.foo"']);
  const twice = 'metadata:\n  name: a\n  name: b\n';
  assert.equal(decodeBody(Pod, twice, { mediaType: 'application/yaml' }).object.metadata.name, 'b');
  assert.match(
    refusal(() => decodeBody(Pod, twice, { mediaType: 'application/yaml', fieldValidation: 'Strict' })),
    /strict decoding error: yaml: unmarshal errors:\n {2}line 3: key "name" already set in map$/,
  );
});

test('the stored form writes what Go always writes', () => {
  const stored = normalize(Event, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: {},
    message: '',
  } as unknown as Event);
  assert.deepEqual(stored, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: {},
    eventTime: null,
    firstTimestamp: null,
    lastTimestamp: null,
    reportingComponent: '',
    reportingInstance: '',
    source: {},
  });
});

test('a conforming value is returned unchanged', () => {
  const service = decodeBody<Service>(
    Service,
    '{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":80}]}}',
  ).object;
  const stored = normalize(Service, service);
  assert.equal(normalize(Service, stored), stored);
  assert.equal(inspect(Service, stored).object, stored);
});
