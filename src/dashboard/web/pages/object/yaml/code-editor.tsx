// The editor as a component. What is typed is told; a text from outside is shown only with a new version, so that none that was told of
// overwrites what was typed since.
import { useEffect, useRef, useState } from 'preact/hooks';
import { systemClock, type Timer } from '../../../../../kit/clock.ts';
import { Spinner } from '../../../pieces/small.tsx';
import { compared, type Json, toYaml } from './document.ts';
import type { Editor } from './editor.ts';
import { findingsIn, type TextFinding } from './findings.ts';
import { knowledge, schemasVersion } from './schemas.ts';
import './yaml.css';

export interface CodeEditorProps {
  readonly label: string;
  readonly text: string;
  readonly version: number;
  readonly isReadOnly?: boolean;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly onFindings?: (findings: readonly TextFinding[]) => void;
  /** Given once: for those who go to a line. */
  readonly onEditor?: (editor: Editor) => void;
}

/** Milliseconds after the last letter. */
const CHECKED_MS = 250;

export function CodeEditor(props: CodeEditorProps) {
  const { label, version, isReadOnly = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  // What is called changes with each rendering; the editor lives on.
  const now = useRef(props);
  now.current = props;
  const timer = useRef<Timer | undefined>(undefined);
  const [isHere, setIsHere] = useState(false);

  const check = () => {
    const findings = now.current.isReadOnly ? [] : findingsIn(editor.current?.text() ?? '', knowledge);
    editor.current?.mark(findings);
    now.current.onFindings?.(findings);
  };
  const checkSoon = () => {
    timer.current?.cancel();
    timer.current = systemClock.after(CHECKED_MS, check);
  };
  useEffect(() => {
    let isOver = false;
    void import('./editor.ts').then(({ openEditor }) => {
      if (isOver || !place.current) return;
      editor.current = openEditor(place.current, {
        ...{ text: now.current.text, isReadOnly: now.current.isReadOnly ?? false, label, knowledge },
        onChange: (next) => {
          now.current.onChange(next);
          checkSoon();
        },
        onSave: () => now.current.onSave(),
      });
      setIsHere(true);
      now.current.onEditor?.(editor.current);
      checkSoon();
    });
    return () => {
      isOver = true;
      timer.current?.cancel();
      editor.current?.close();
      editor.current = undefined;
    };
  }, []);
  useEffect(() => editor.current?.replace(now.current.text), [version, isHere]);
  useEffect(() => editor.current?.readOnly(isReadOnly), [isReadOnly, isHere]);
  useEffect(() => schemasVersion.subscribe(checkSoon), []);
  return (
    <div class="code-editor">
      {!isHere && <Spinner />}
      <div class="code-editor-place" ref={place} data-editor={isHere ? 'ready' : 'loading'} />
    </div>
  );
}

export function DiffView({ before, after }: { before: string; after: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let close = () => {};
    let isOver = false;
    void import('./editor.ts').then(({ openDiff }) => {
      if (!isOver && place.current) close = openDiff(place.current, before, after).close;
    });
    return () => {
      isOver = true;
      close();
    };
  }, [before, after]);
  return <div class="diff-view" ref={place} data-diff />;
}

/** Two versions of an object. */
export function ObjectDiff({ before, after }: { before: Json; after: Json }) {
  const [old, now] = compared(before, after);
  return <DiffView before={toYaml(old)} after={toYaml(now)} />;
}
