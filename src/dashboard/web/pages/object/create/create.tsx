// Objects from YAML: typed, pasted or from files; tried on the server, compared, applied.
import { useState } from 'preact/hooks';
import { api } from '../../../api/client.ts';
import { findKinds, kinds } from '../../../api/discovery.ts';
import { ApiError } from '../../../api/errors.ts';
import { collectionPath, objectPath } from '../../../api/kind.ts';
import { objectHref } from '../../../app/links.ts';
import { namespaceChoice } from '../../../app/route.ts';
import { Badge, type Tone } from '../../../pieces/small.tsx';
import { CodeEditor, ObjectDiff } from '../yaml/code-editor.tsx';
import { fromYaml, type Json } from '../yaml/document.ts';
import { MANAGER } from '../yaml/managers.ts';
import {
  type ApplyPorts,
  type Outcome,
  type Plan,
  planOf,
  type Settled,
  tried,
  triedLater,
  UNSETTLED,
  type Unplanned,
} from './apply.ts';
import '../object.css';

const ports: ApplyPorts = {
  async get({ kind, namespace, name }) {
    try {
      return await api.get<Json>(objectPath(kind, namespace, name));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  },
  apply: ({ kind, namespace, name }, body, { dryRun, force }) =>
    api.patch<Json>(objectPath(kind, namespace, name), JSON.stringify(body), 'apply', {
      ...{ fieldManager: MANAGER, fieldValidation: 'Strict', force },
      ...(dryRun && { dryRun: 'All' }),
    }),
  create: ({ kind, namespace, body }, { dryRun }) =>
    api.create<Json>(collectionPath(kind, namespace), body, {
      ...{ fieldManager: MANAGER, fieldValidation: 'Strict' },
      ...(dryRun && { dryRun: 'All' }),
    }),
  statusOf: (error) => (error instanceof ApiError ? error.body : undefined),
};

interface Result {
  readonly plan: Plan | Unplanned;
  readonly outcome: Outcome;
  readonly isDone: boolean;
}

const TONES: Readonly<Record<Outcome['type'], Tone>> = {
  create: 'good',
  change: 'warn',
  same: 'plain',
  conflict: 'bad',
  later: 'plain',
  failed: 'bad',
};

const WORDS = {
  create: ['to be created', 'created'],
  change: ['to be changed', 'changed'],
  same: ['unchanged', 'unchanged'],
  conflict: ['conflict', 'conflict'],
  later: ['later', 'later'],
  failed: ['refused', 'failed'],
} as const;

export default function CreatePage() {
  const [{ text, version }, setShown] = useState({ text: '', version: 0 });
  const [results, setResults] = useState<readonly Result[]>([]);
  const [settled, setSettled] = useState<ReadonlyMap<number, Settled>>(new Map());
  const [message, setMessage] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const namespace = namespaceChoice.value || 'default';

  const run = async (dryRun: boolean) => {
    const { documents, problem } = fromYaml(text);
    setMessage('');
    if (problem) return setMessage(`Line ${problem.line + 1}: ${problem.message}`);
    if (documents.length === 0) return setMessage('There is no document.');
    setIsBusy(true);
    const found: Result[] = [];
    const plans = documents.map((document, i) => planOf(document, i, kinds.peek(), namespace));
    const known = plans.filter((plan): plan is Plan => !('problem' in plan));
    for (const [i, planned] of plans.entries()) {
      // A definition that was just made is a kind now.
      const plan = 'problem' in planned && !dryRun ? await again(documents[i], i) : planned;
      const outcome: Outcome =
        'problem' in plan
          ? { type: 'failed', message: plan.problem }
          : triedLater(plan, await tried(plan, dryRun, settled.get(i) ?? UNSETTLED, ports), known);
      if (outcome.type === 'conflict' && !settled.has(i)) {
        const left = outcome.fields.map(({ field }) => field);
        setSettled((before) => new Map(before).set(i, { taken: [], left }));
      }
      found.push({ plan, outcome, isDone: !dryRun });
      setResults([...found]);
    }
    setIsBusy(false);
  };
  const again = async (document: unknown, index: number) => {
    await findKinds();
    return planOf(document, index, kinds.peek(), namespace);
  };
  const openFile = async (files: FileList | null) => {
    const texts = await Promise.all([...(files ?? [])].map((file) => file.text()));
    if (texts.length > 0)
      setShown((before) => ({ text: texts.join('\n---\n'), version: before.version + 1 }));
  };
  const isTried = results.length > 0 && results.every(({ isDone }) => !isDone);
  const unsettled = results.filter(({ outcome }) => outcome.type === 'conflict').length;
  return (
    <div class="page object-page">
      <header class="page-head">
        <h1>Create from YAML</h1>
        <span class="dim">
          What says no namespace goes to <code>{namespace}</code>.
        </span>
        <div class="page-tools">
          <label class="button">
            Open files
            <input
              type="file"
              class="visually-hidden"
              multiple
              accept=".yaml,.yml,.json"
              onChange={(event) => void openFile(event.currentTarget.files)}
            />
          </label>
          <button type="button" class="button" disabled={isBusy} onClick={() => void run(true)}>
            Check
          </button>
          <button
            type="button"
            class="button primary"
            disabled={isBusy || !isTried}
            onClick={() => void run(false)}
          >
            Apply
          </button>
        </div>
      </header>
      <div class="tab">
        <CodeEditor
          label="Manifests"
          text={text}
          version={version}
          onChange={(next) => {
            setShown((before) => ({ ...before, text: next }));
            setResults([]);
            setSettled(new Map());
          }}
          onSave={() => void run(true)}
        />
      </div>
      {message && (
        <p class="note bad" role="alert">
          {message}
        </p>
      )}
      {results.length > 0 && (
        <ul class="results" aria-label="Results">
          {results.map((result) => (
            <ResultLine
              key={result.plan.index}
              result={result}
              settled={settled.get(result.plan.index)}
              onSettled={(next) => setSettled(new Map(settled).set(result.plan.index, next))}
            />
          ))}
        </ul>
      )}
      {unsettled > 0 && isTried && (
        <p class="note warn">
          Fields that belong to somebody else are left as they are, unless you take them.
        </p>
      )}
    </div>
  );
}

interface ResultLineProps {
  readonly result: Result;
  readonly settled: Settled | undefined;
  readonly onSettled: (settled: Settled) => void;
}

function ResultLine({ result, settled = UNSETTLED, onSettled }: ResultLineProps) {
  const { plan, outcome, isDone } = result;
  const word = WORDS[outcome.type][isDone ? 1 : 0];
  return (
    <li class="card result">
      <div class="bar">
        <Badge tone={TONES[outcome.type]}>{word}</Badge>
        <ResultName
          plan={plan}
          isThere={isDone && (outcome.type === 'create' || outcome.type === 'change')}
        />
        {'message' in outcome && <span class="dim">{outcome.message}</span>}
      </div>
      {outcome.type === 'conflict' && (
        <fieldset class="choices">
          {outcome.fields.map(({ field, manager }) => {
            const isTaken = settled.taken.includes(field);
            const others = outcome.fields
              .map((one) => one.field)
              .filter((one) => one !== field && !settled.taken.includes(one));
            return (
              <label key={field}>
                <input
                  type="checkbox"
                  checked={isTaken}
                  onChange={() =>
                    onSettled(
                      isTaken
                        ? { taken: settled.taken.filter((one) => one !== field), left: [...others, field] }
                        : { taken: [...settled.taken, field], left: others },
                    )
                  }
                />
                <span>
                  Take <code>{field}</code> from {manager}
                </span>
              </label>
            );
          })}
        </fieldset>
      )}
      {outcome.type === 'change' && outcome.before && (
        <details>
          <summary>Differences</summary>
          <ObjectDiff before={outcome.before} after={outcome.after} />
        </details>
      )}
    </li>
  );
}

function ResultName({ plan, isThere }: { plan: Plan | Unplanned; isThere: boolean }) {
  if ('problem' in plan) return <span>Document {plan.index + 1}</span>;
  const { kind, namespace, name } = plan;
  const text = `${kind.kind} ${namespace ? `${namespace}/` : ''}${name}`;
  return isThere && name ? <a href={objectHref(kind, namespace, name)}>{text}</a> : <span>{text}</span>;
}
