import { Field } from '@grafana/ui';
import React, { type ReactElement } from 'react';

interface EditorFieldProps {
  readonly label: string;
  readonly id: string;
  readonly description?: string;
  readonly error?: string | undefined;
  readonly children: ReactElement<Record<string, unknown>>;
}

/** A control under its label, with what is wrong with it beneath. */
export function EditorField({ label, id, description, error, children }: EditorFieldProps) {
  return (
    <Field
      label={label}
      htmlFor={id}
      description={description}
      invalid={error !== undefined}
      error={error}
      noMargin
    >
      {children}
    </Field>
  );
}
