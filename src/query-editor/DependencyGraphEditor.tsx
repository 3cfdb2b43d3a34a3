import React from 'react';
import type { EditorProps } from './editor-props.ts';
import { ServiceField } from './ServiceField.tsx';

/** Which service calls which in the time range: around some services, or all of it. */
export function DependencyGraphEditor(props: EditorProps) {
  return <ServiceField {...props} description="Calls to and from them; every call where none is chosen." />;
}
