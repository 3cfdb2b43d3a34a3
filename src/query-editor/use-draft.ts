import { useState } from 'react';

/** What is typed over a value, until the value itself is another one. */
export function useDraft(value: string): readonly [string, (draft: string) => void] {
  const [typed, setTyped] = useState<{ readonly over: string; readonly text: string }>();
  const draft = typed?.over === value ? typed.text : value;
  return [
    draft,
    (text) => {
      setTyped({ over: value, text });
    },
  ];
}
