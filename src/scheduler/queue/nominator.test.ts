import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podInfo } from '../cache/pod-info.ts';
import { aPod } from '../testing/objects.fake.ts';
import { Nominator } from './nominator.ts';

const made = aPod();
/** The same pod, as the API shows it. */
const shown = (nominatedNodeName?: string) =>
  podInfo({ ...made, status: { ...(nominatedNodeName && { nominatedNodeName }) } });

const on = (nominator: Nominator, node: string) => [...nominator.onNode(node)].length;

interface Case {
  readonly title: string;
  readonly steps: (nominator: Nominator) => void;
  readonly node: string | undefined;
}

const cases: readonly Case[] = [
  { title: 'a decision counts at once', steps: (n) => n.nominate(shown(), 'a'), node: 'a' },
  { title: 'a status that is read at the start counts', steps: (n) => n.update(shown('a')), node: 'a' },
  {
    title: 'an update that does not know of the decision yet does not end it',
    steps: (n) => {
      n.nominate(shown(), 'a');
      n.update(shown(), '');
    },
    node: 'a',
  },
  {
    title: 'an update that takes the node away ends it',
    steps: (n) => {
      n.nominate(shown(), 'a');
      n.update(shown('a'), '');
      n.update(shown(), 'a');
    },
    node: undefined,
  },
  {
    title: 'an update moves it to another node',
    steps: (n) => {
      n.nominate(shown('a'), 'a');
      n.update(shown('b'), 'a');
    },
    node: 'b',
  },
  {
    title: 'a failed attempt without a decision leaves it',
    steps: (n) => {
      n.nominate(shown('a'), 'a');
      n.nominate(shown('a'), undefined);
    },
    node: 'a',
  },
  {
    title: 'an empty name ends it',
    steps: (n) => {
      n.nominate(shown('a'), 'a');
      n.nominate(shown(), '');
    },
    node: undefined,
  },
];

describe('nominations', () => {
  for (const { title, steps, node } of cases)
    it(title, () => {
      const nominator = new Nominator();
      steps(nominator);
      assert.equal(nominator.nodeOf(shown()), node);
      for (const name of ['a', 'b']) assert.equal(on(nominator, name), name === node ? 1 : 0);
    });

  it('end with the pod', () => {
    const nominator = new Nominator();
    nominator.nominate(shown(), 'a');
    nominator.remove(made.metadata.uid!);
    assert.equal(on(nominator, 'a'), 0);
  });
});
