import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import { HEADER } from './codes.ts';
import { encodeReply } from './encode.ts';
import { labelsOf, nameBytes, nameText } from './name.ts';
import { acceptQuery, Query } from './query.ts';
import { anotherQuestion, type Question } from './question.ts';
import { addressRecord } from './record.ts';
import { responseTo } from './reply.ts';
import { parseReply, unpackAnswers } from './unpack.ts';

const asked: Question = {
  question: Buffer.alloc(0),
  name: '',
  key: '',
  type: 1,
  dnssecOk: false,
  checkingDisabled: false,
};
const questionOf = (name: string) => anotherQuestion(asked, name);
const NOERROR = { rcode: 0, authoritative: true, origin: 'kubernetes' } as const;

describe('names', () => {
  it('are the same as text and as bytes, whatever their labels hold', () => {
    for (const labels of [[], ['a'], ['a', 'b.c'], ['a\\', '.', '\\.'], ['\xff\0', 'x'.repeat(63)]]) {
      const bytes = Buffer.concat([
        ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
        Buffer.alloc(1),
      ]);
      const text = nameText(bytes, 0);
      assert.deepEqual(labelsOf(text), labels);
      assert.deepEqual(nameBytes(text), bytes);
    }
  });

  it('have limits', () => {
    for (const name of ['x'.repeat(64), 'a..b', '.', `${'x'.repeat(63)}.`.repeat(4)])
      assert.throws(() => nameBytes(name), RangeError);
  });
});

describe('an encoded reply', () => {
  it('points at the question and at names before it: thirty addresses fit into 512 bytes', () => {
    const question = questionOf('a-rather-long-name-of-a-service.namespace.svc.cluster.local');
    const answers = Array.from({ length: 26 }, (_, i) => addressRecord(question.name, `10.0.0.${i}`, 5));
    assert.equal(encodeReply(question, { ...NOERROR, answers }).records.length, 26 * 16);
    const hosts = [0, 1].map((i) => addressRecord(`h${i}.long-name.svc.cluster.local`, `10.0.0.${i}`, 5));
    const { records } = encodeReply(questionOf('x.svc.cluster.local'), { ...NOERROR, answers: hosts });
    // The first has two labels and a pointer, the second one label and a pointer.
    assert.equal(records.length, 3 + 10 + 2 + 14 + (3 + 2 + 14));
  });

  it('is what another library reads', () => {
    const name = 'x.svc.cluster.local';
    const answers = ['h1.x.svc.cluster.local', 'y.other', 'y.other', 'svc.cluster.local'].map((host, i) =>
      addressRecord(host, i % 2 ? `10.0.0.${i}` : `fd00::${i}`, 5 + i),
    );
    const query = acceptQuery(dnsPacket.encode({ type: 'query', id: 1, questions: [{ name, type: 'A' }] }));
    assert.ok(query instanceof Query);
    const read = dnsPacket.decode(responseTo(query, encodeReply(query, { ...NOERROR, answers }), 65_535));
    assert.deepEqual(
      read.answers?.map((a) => [a.name, a.type, 'ttl' in a && a.ttl, 'data' in a && a.data]),
      [
        ['h1.x.svc.cluster.local', 'AAAA', 5, 'fd00::'],
        ['y.other', 'A', 6, '10.0.0.1'],
        ['y.other', 'AAAA', 7, 'fd00::2'],
        ['svc.cluster.local', 'A', 8, '10.0.0.3'],
      ],
    );
  });
});

describe('a response of an upstream server', () => {
  const question = questionOf('www.example.org');
  const start = HEADER + question.question.length;
  const pointer = (to: number) => Buffer.from([0xc0 | (to >> 8), to & 255]);
  const record = (type: number, data: Buffer, owner = pointer(HEADER)) =>
    Buffer.concat([owner, Buffer.from([0, type, 0, 1, 0, 0, 1, 44, 0, data.length]), data]);
  const message = (...records: Buffer[]) => {
    const header = Buffer.from([0, 1, 0x81, 0x80, 0, 1, 0, records.length, 0, 0, 0, 0]);
    return Buffer.concat([header, question.question, ...records]);
  };
  const unpacked = (...records: Buffer[]) => unpackAnswers(question, parseReply(message(...records), start)!);
  /** `cdn` and a pointer to `example.org` in the question. */
  const cdn = Buffer.concat([Buffer.from('\x03CDN'), pointer(HEADER + 4)]);

  it('becomes part of another answer with complete names', () => {
    const answers = unpacked(
      record(5, cdn),
      record(1, Buffer.from([192, 0, 2, 1]), pointer(start + 12)),
      record(15, Buffer.concat([Buffer.from([0, 10]), cdn])),
      record(33, Buffer.concat([Buffer.alloc(6), cdn])),
    );
    assert.deepEqual(
      answers.map(({ name }) => name),
      ['www.example.org', 'cdn.example.org', 'www.example.org', 'www.example.org'],
    );
    const whole = nameBytes('CDN.example.org');
    assert.deepEqual(
      answers.map(({ data }) => data),
      [
        whole,
        Buffer.from([192, 0, 2, 1]),
        Buffer.concat([Buffer.from([0, 10]), whole]),
        Buffer.concat([Buffer.alloc(6), whole]),
      ],
    );
  });

  it('is refused there when a name leads nowhere, forward, in a circle, or on and on', () => {
    const chain = Array.from({ length: 40 }, (_, i) => record(16, pointer(i ? start + 14 * i - 2 : HEADER)));
    for (const [what, bad] of [
      ['the header', [record(5, pointer(3))]],
      ['forward', [record(5, pointer(start + 40)), record(16, Buffer.alloc(40))]],
      ['itself', [record(5, pointer(start + 12))]],
      ['forty pointers', [...chain, record(5, pointer(start + 14 * 39 + 12))]],
      ['a name cut short', [record(5, Buffer.from('\x09abc'))]],
    ] as const)
      assert.throws(() => unpacked(...bad), RangeError, what);
  });

  it('is malformed when its records are cut short', () => {
    const whole = message(record(1, Buffer.from([192, 0, 2, 1])));
    for (let length = start; length < whole.length; length++)
      assert.equal(parseReply(whole.subarray(0, length), start), undefined, String(length));
    assert.equal(parseReply(whole, start)?.answers, 1);
  });
});
