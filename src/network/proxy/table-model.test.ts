import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { IPV4 } from '../family.ts';
import { frontendsOf } from './frontends.ts';
import { HERE, type Some, service, slice } from './objects.fake.ts';
import { serviceRules } from './service-rules.ts';
import { TableModel } from './table-model.ts';

describe('the table of a family', () => {
  let model: TableModel;
  const put = (endpoints: Record<string, Some>, spec = {}, name = 'web') =>
    model.setService(name, serviceRules(frontendsOf(service(spec, name), [slice(endpoints)], HERE), IPV4));
  const changes = () => [...model.takeChanges()].join('').trim().split('\n');
  beforeEach(() => {
    model = new TableModel(IPV4, ['10.128.0.0/16']);
  });

  it('changes only map elements when one endpoint is replaced', () => {
    put({ '10.0.0.1': {}, '10.0.0.2': {} });
    changes();
    put({ '10.0.0.1': {}, '10.0.0.3': {} });
    assert.deepEqual(changes(), [
      'delete element ip tiphys-proxy eps-tcp { 10.96.0.20 . 80 . 1 }',
      'delete element ip tiphys-proxy hairpin { 10.0.0.2 . 10.0.0.2 }',
      'add element ip tiphys-proxy eps-tcp { 10.96.0.20 . 80 . 1 : 10.0.0.3 . 8080 }',
      'add element ip tiphys-proxy hairpin { 10.0.0.3 . 10.0.0.3 }',
    ]);
  });

  it('adds a chain before it is used, and deletes it after that', () => {
    put({ '10.0.0.1': {} });
    changes();
    put({ '10.0.0.1': {}, '10.0.0.2': {} });
    const lines = changes();
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    assert.ok(at('add chain ip tiphys-proxy c2-tcp') < at('goto c2-tcp'));
    assert.ok(at('delete element ip tiphys-proxy svc') < at('delete chain ip tiphys-proxy c1-tcp'));
  });

  it('leads cluster IPs to their own Service, whoever names them as external addresses', () => {
    const external = { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'], externalIPs: ['10.96.0.20'] };
    put({ '10.0.0.66': {} }, external, 'a-thief');
    changes();
    put({ '10.0.0.1': {} });
    assert.ok(
      changes().includes('add element ip tiphys-proxy eps-tcp { 10.96.0.20 . 80 . 0 : 10.0.0.1 . 8080 }'),
    );
    put({ '10.0.0.67': {} }, external, 'a-thief');
    assert.doesNotMatch(changes().join(), /10\.96\.0\.20/);
    model.setService('web', undefined);
    assert.match(changes().join(), /10\.96\.0\.20 \. 80 \. 0 : 10\.0\.0\.67/);
  });

  const balanced = (
    name: string,
    endpoints: Record<string, Some>,
    { created = '', ranges = [] as string[] } = {},
  ) => {
    const one = service({
      type: 'LoadBalancer',
      loadBalancerSourceRanges: ranges,
      clusterIPs: ['10.96.0.30'],
    });
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.9' }] } };
    const frontends = frontendsOf({ ...one, status }, [slice(endpoints)], HERE);
    model.setService(name, serviceRules(frontends, IPV4), created);
  };
  const thief = { clusterIPs: ['10.96.0.9'], externalIPs: ['192.0.2.9', '10.96.0.20'] };
  const elsewhere = { '10.0.0.66': { node: 'n2' } };
  const took = (lines: readonly string[]) =>
    lines.filter((line) => /(192\.0\.2\.9|10\.96\.0\.20) \. .*(reject|goto|66)/.test(line));

  it('an address of a load balancer is its Service’s, whoever names it as an external address, and however old he is', () => {
    put(elsewhere, thief, 'a-thief');
    changes();
    balanced('victim', { '10.0.0.1': {} }, { created: '2' });
    assert.match(changes().join(), /add element .* eps-tcp \{.* 192.0.2.9 \. 80 \. 0 : 10.0.0.1 \. 8080/);
    put({ '10.0.0.66': {}, '10.0.0.67': {} }, thief, 'a-thief');
    assert.doesNotMatch(changes().join(), /192\.0\.2\.9/);
  });

  it('who has an address and port has it for all clients: no other leads those away for whom he has no rule of his own', () => {
    balanced('victim', {});
    put({}, {}, 'web');
    changes();
    // A rule for clients in the cluster, one for clients outside, and the list of addresses with the policy Local.
    put({ '10.0.0.65': {}, ...elsewhere }, { ...thief, externalTrafficPolicy: 'Local' }, 'a-thief');
    assert.deepEqual(took(changes()), []);
  });

  it('ranges of clients are no other’s to write', () => {
    balanced('b-victim', { '10.0.0.1': {} }, { created: '1' });
    changes();
    balanced('a-later', { '10.0.0.1': {} }, { created: '2', ranges: ['198.51.100.0/24'] });
    assert.doesNotMatch(changes().join('\n'), /fw/);
  });

  it('of two with one external address the older has it', () => {
    const same = { externalIPs: ['192.0.2.9'] };
    const at = (ip: string, clusterIP: string, name: string, created: string) => {
      const one = service({ ...same, clusterIPs: [clusterIP] }, name);
      model.setService(name, serviceRules(frontendsOf(one, [slice({ [ip]: {} })], HERE), IPV4), created);
    };
    at('10.0.0.2', '10.96.0.22', 'b', '2026-01-01T00:00:00Z');
    at('10.0.0.1', '10.96.0.21', 'a', '2026-01-02T00:00:00Z');
    assert.match(changes().join('\n'), /192.0.2.9 . 80 . 0 : 10.0.0.2/);
    model.setService('b', undefined);
    assert.match(changes().join('\n'), /192.0.2.9 . 80 . 0 : 10.0.0.1/);
    model.setService('a', undefined);
    changes();
    const whole = [...model.takeAll()].join('');
    assert.doesNotMatch(whole, /192\.0\.2\.9|10\.0\.0\.1/);
  });

  it('says nothing when nothing has changed', () => {
    put({ '10.0.0.1': {} });
    changes();
    put({ '10.0.0.1': {} });
    assert.deepEqual(changes(), ['']);
  });

  it('holds everything when it is written as a whole', () => {
    put({ '10.0.0.1': {} });
    changes();
    const whole = [...model.takeAll()].join('');
    assert.match(whole, /^add table ip tiphys-proxy\ndelete table ip tiphys-proxy\n/);
    assert.match(whole, /chain flt-forward \{\n.*\n +ct state invalid drop\n/);
    assert.match(whole, /add element ip tiphys-proxy svc \{ 10.96.0.20 . tcp . 80 : goto c1-tcp \}/);
    assert.deepEqual(changes(), ['']);
  });

  it('keeps the clients that an earlier process left, of endpoints that are still there', () => {
    put({ '10.0.0.1': {} }, { sessionAffinity: 'ClientIP' });
    const whole = [...model.takeAll()].join('');
    const [, kept] = /add set ip tiphys-proxy (a[0-9a-f]{32}) /.exec(whole)!;
    const gone = `a${'0'.repeat(32)}`;
    const listing = [
      'table ip tiphys-proxy {',
      ...['map svc', `set ${kept}`, `set ${gone}`, 'chain prerouting', 'chain c1-tcp'].map(
        (one) => `\t${one} {`,
      ),
    ];
    const text = [...model.takeAll(listing.join('\n'))].join('');
    assert.ok(
      text.startsWith(
        [
          'flush table ip tiphys-proxy',
          'delete map ip tiphys-proxy svc',
          `delete set ip tiphys-proxy ${gone}`,
          'delete chain ip tiphys-proxy prerouting',
          'delete chain ip tiphys-proxy c1-tcp',
          'table ip tiphys-proxy {',
        ].join('\n'),
      ),
      text.slice(0, 400),
    );
  });

  it('leaves the clients of other endpoints and Services alone when the endpoints of a Service with affinity change', () => {
    const sticky = { sessionAffinity: 'ClientIP' };
    put({ '10.0.0.1': {}, '10.0.0.2': {} }, sticky);
    put({ '10.0.0.1': {} }, { ...sticky, clusterIPs: ['10.96.0.21'] }, 'other');
    const sets = (verb: string, lines: string[]) =>
      lines.filter((line) => line.startsWith(`${verb} set`)).length;
    assert.equal(sets('add', changes()), 3);
    put({ '10.0.0.2': {}, '10.0.0.3': {} }, sticky);
    const lines = changes();
    assert.deepEqual([sets('add', lines), sets('delete', lines)], [1, 1]);
    assert.doesNotMatch(lines.join('\n'), /flush (set|map)/);
  });

  it('repeats no endpoints for each of many addresses', () => {
    const endpoints = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`10.0.0.${i + 1}`, {}]));
    const externalIPs = Array.from({ length: 100 }, (_, i) => `192.0.2.${i + 1}`);
    put(endpoints, { externalIPs });
    const text = changes().join('\n');
    assert.ok(text.length < 60_000, String(text.length));
    assert.match(
      text,
      /svc \{ 10.96.0.20 . tcp . 80 : goto s[0-9a-f]{32}, 192.0.2.1 . tcp . 80 : goto s[0-9a-f]{32}m/,
    );
    assert.match(text, /numgen random mod 100 vmap \{ 0 : goto e[0-9a-f]{32},/);
    assert.doesNotMatch(text, /eps-tcp|update @/);
  });

  it('rejects connections to a Service without endpoints', () => {
    put({});
    assert.match(changes().join('\n'), /noep \{ 10.96.0.20 . tcp . 80 : goto rej \}/);
  });

  it('gives an address that two Services want to the first by name, and to the other when that is gone', () => {
    const same = { externalIPs: ['192.0.2.9'] };
    put({ '10.0.0.2': {} }, { ...same, clusterIPs: ['10.96.0.22'] }, 'b');
    assert.match(changes().join('\n'), /192.0.2.9 . 80 . 0 : 10.0.0.2/);
    put({ '10.0.0.1': {} }, { ...same, clusterIPs: ['10.96.0.21'] }, 'a');
    assert.match(changes().join('\n'), /192.0.2.9 . 80 . 0 : 10.0.0.1/);
    model.setService('a', undefined);
    assert.match(changes().join('\n'), /192.0.2.9 . 80 . 0 : 10.0.0.2/);
  });

  it('has the node’s addresses and the outermost ranges of Services', () => {
    model.setNode(['192.0.2.1']);
    model.setServiceCidrs(['10.96.0.0/16', '10.96.1.0/24', 'fd00::/112']);
    assert.deepEqual(changes(), [
      'add element ip tiphys-proxy nodeips { 192.0.2.1 }',
      'add element ip tiphys-proxy cidrs { 10.96.0.0/16 }',
    ]);
    model.setServiceCidrs(['10.96.1.0/24']);
    assert.deepEqual(changes(), [
      'delete element ip tiphys-proxy cidrs { 10.96.0.0/16 }',
      'add element ip tiphys-proxy cidrs { 10.96.1.0/24 }',
    ]);
  });
});
