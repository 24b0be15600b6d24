// The editor as a component. What it shows changes with `text` only while nobody has typed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { systemClock, type Timer } from '../../../../../kit/clock.ts';
import { Spinner } from '../../../pieces/small.tsx';
import type { Editor } from './editor.ts';
import { findingsIn, type TextFinding } from './findings.ts';
import { knowledge, schemasVersion } from './schemas.ts';
import './yaml.css';

export interface CodeEditorProps {
  readonly label: string;
  readonly text: string;
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
  const { label, text, isReadOnly = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  // What is called changes with each rendering; the editor lives on.
  const now = useRef(props);
  now.current = props;
  const timer = useRef<Timer | undefined>(undefined);
  const [isHere, setIsHere] = useState(false);

  const check = () => {
    const findings = isReadOnly ? [] : findingsIn(editor.current?.text() ?? '', knowledge);
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
        ...{ text: now.current.text, label, isReadOnly, knowledge },
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
  useEffect(() => editor.current?.replace(text), [text, isHere]);
  useEffect(() => editor.current?.readOnly(isReadOnly), [isReadOnly]);
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
