// The YAML of an object: read, edited, tried on the server, compared and applied.
import { useEffect, useRef, useState } from 'preact/hooks';
import { parseExactJson } from '../../../../../kit/exact-json.ts';
import { api } from '../../../api/client.ts';
import { ApiError } from '../../../api/errors.ts';
import { type Kind, objectPath } from '../../../api/kind.ts';
import { Menu } from '../../../pieces/menu.tsx';
import { Refused, Spinner } from '../../../pieces/small.tsx';
import { toast } from '../../../pieces/toast.tsx';
import { isAllowed } from '../access.ts';
import { copy } from '../copy-line.tsx';
import { save } from '../save.ts';
import type { TabProps } from '../tab.ts';
import { CodeEditor, ObjectDiff } from './code-editor.tsx';
import { Conflicts } from './conflicts.tsx';
import { editable, isSecret, type Json, shown, toYaml, withoutValues } from './document.ts';
import { applied, type EditPorts, isReview, type Ready, type Review, resolved, review } from './edit.ts';
import type { Editor } from './editor.ts';
import type { TextFinding } from './findings.ts';
import { MANAGER } from './managers.ts';
import { same } from './three-way.ts';

/** Integers keep all of their digits on the way through the page. */
const exact = async (path: string): Promise<Json> => parseExactJson(await api.text(path)) as Json;

const portsOf = (path: string): EditPorts => ({
  get: () => exact(path),
  isConflict: (error) => error instanceof ApiError && error.status === 409,
  replace: (object, dryRun) =>
    api.replace<Json>(path, object, {
      fieldManager: MANAGER,
      fieldValidation: 'Strict',
      ...(dryRun && { dryRun: 'All' }),
    }),
});

export default function YamlTab({ kind, namespace, name, object }: TabProps) {
  const path = objectPath(kind, namespace, name);
  const version = object.value?.metadata.resourceVersion;
  const [base, setBase] = useState<Json | undefined>(undefined);
  const [problem, setProblem] = useState<ApiError | undefined>(undefined);
  useEffect(() => {
    let isOver = false;
    exact(path).then(
      (found) => {
        if (!isOver) setBase(found);
      },
      (error: unknown) => {
        if (!isOver && error instanceof ApiError) setProblem(error);
      },
    );
    return () => {
      isOver = true;
    };
  }, [path, version]);
  if (base) return <YamlEditor kind={kind} path={path} namespace={namespace} name={name} latest={base} />;
  return problem ? <Refused error={problem} what={name} /> : <Spinner />;
}

interface YamlEditorProps {
  readonly kind: Kind;
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  /** As the server has it. */
  readonly latest: Json;
}

type Step = { readonly type: 'edit' } | Exclude<Review, { type: 'wrong' | 'unchanged' }>;

function YamlEditor({ kind, path, namespace, name, latest }: YamlEditorProps) {
  const secret = isSecret({ apiVersion: kind.group === '' ? kind.version : '', kind: kind.kind });
  const [isOpen, setIsOpen] = useState(!secret);
  const [managed, setManaged] = useState(false);
  // What the text was made from; the same as the latest until somebody types.
  const [base, setBase] = useState(latest);
  const textOf = (object: Json) => {
    const visible = isOpen ? object : withoutValues(object);
    return toYaml(managed ? visible : shown(visible));
  };
  const [{ text, version }, setShown] = useState(() => ({ text: textOf(latest), version: 0 }));
  const setText = (next: string) => setShown((before) => ({ ...before, text: next }));
  const show = (next: string) => setShown((before) => ({ text: next, version: before.version + 1 }));
  const [findings, setFindings] = useState<readonly TextFinding[]>([]);
  const [message, setMessage] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [step, setStep] = useState<Step>({ type: 'edit' });
  const editor = useRef<Editor | undefined>(undefined);
  const isDirty = text !== textOf(base);
  const mayEdit = isAllowed({ group: kind.group, resource: kind.plural, verb: 'update', namespace, name });
  const isReadOnly = !isOpen || managed || mayEdit !== true || !kind.verbs.includes('update');
  const movedOn = isDirty && !same(editable(base), editable(latest));

  useEffect(() => {
    if (isDirty) return;
    setBase(latest);
    show(textOf(latest));
  }, [latest]);
  useEffect(() => show(textOf(base)), [isOpen, managed]);

  const ports = portsOf(path);
  /** Does what may fail with the API's words. */
  const attempt = async (work: () => Promise<void>) => {
    setIsBusy(true);
    setMessage('');
    try {
      await work();
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    } finally {
      setIsBusy(false);
    }
  };
  const take = (found: Review) => {
    if (found.type === 'wrong') {
      setMessage(found.message);
      if (found.line !== undefined) editor.current?.goTo(found.line);
      setStep({ type: 'edit' });
    } else if (found.type === 'unchanged') {
      setMessage('Nothing would change.');
      setStep({ type: 'edit' });
    } else setStep(found);
  };
  const look = () => attempt(async () => take(await review(text, base, ports)));
  const apply = (ready: Ready) =>
    attempt(async () => {
      const found = await applied(ready, ports);
      if (isReview(found)) return take(found);
      setBase(found);
      show(textOf(found));
      setStep({ type: 'edit' });
      toast(`${name} is changed`);
    });
  const backToEdit = () => setStep({ type: 'edit' });

  if (step.type === 'conflicts')
    return (
      <Conflicts
        conflicts={step.conflicts}
        message={message}
        onBack={backToEdit}
        onResolved={(theirs) =>
          void attempt(async () => take(await resolved(step.merged, theirs, step.latest, ports)))
        }
      />
    );
  if (step.type === 'ready')
    return (
      <div class="yaml-tab">
        <div class="bar">
          <span>The server accepts this. Nothing is changed yet.</span>
          <span class="bar-end">
            <button type="button" class="button" onClick={backToEdit}>
              Back to the editor
            </button>
            <button
              type="button"
              class="button primary"
              disabled={isBusy}
              onClick={() => void apply(step)}
              autofocus
            >
              Apply
            </button>
          </span>
        </div>
        {message && (
          <p class="note bad" role="alert">
            {message}
          </p>
        )}
        <ObjectDiff before={step.before} after={step.after} />
      </div>
    );
  return (
    <div class="yaml-tab">
      <div class="bar">
        {!isOpen && (
          <button type="button" class="button" onClick={() => setIsOpen(true)}>
            Show values
          </button>
        )}
        {mayEdit === false && <span class="dim">You may not change this object.</span>}
        {movedOn && <span class="warn">The object has changed meanwhile; both changes will be merged.</span>}
        <span class="bar-end">
          {isDirty && (
            <button
              type="button"
              class="button"
              onClick={() => {
                setBase(latest);
                show(textOf(latest));
                setMessage('');
              }}
            >
              Discard
            </button>
          )}
          <button
            type="button"
            class="button primary"
            disabled={!isDirty || isBusy}
            onClick={() => void look()}
          >
            Review changes
          </button>
          <Menu
            label="More"
            items={[
              { label: 'Copy', run: () => void copy(text) },
              { label: 'Download', run: () => save(`${name}.yaml`, text) },
              {
                label: managed ? 'Hide managed fields' : 'Show managed fields',
                run: () => setManaged(!managed),
                disabled: isDirty,
              },
            ]}
          />
        </span>
      </div>
      <CodeEditor
        label={`YAML of ${name}`}
        text={text}
        version={version}
        isReadOnly={isReadOnly}
        onChange={setText}
        onSave={() => void look()}
        onFindings={setFindings}
        onEditor={(one) => {
          editor.current = one;
        }}
      />
      <Findings findings={findings} onGo={(line) => editor.current?.goTo(line)} />
      {message && (
        <p class="note bad" role="alert">
          {message}
        </p>
      )}
    </div>
  );
}

export const Findings = ({
  findings,
  onGo,
}: {
  findings: readonly TextFinding[];
  onGo: (line: number) => void;
}) =>
  findings.length === 0 ? null : (
    <div class="yaml-findings" role="status">
      {findings.map(({ line, message }) => (
        <button type="button" key={`${line} ${message}`} onClick={() => onGo(line)}>
          {line + 1}: {message}
        </button>
      ))}
    </div>
  );
