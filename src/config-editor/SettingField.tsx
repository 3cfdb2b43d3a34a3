import { Field } from '@grafana/ui';
import React, { type ReactElement, useId } from 'react';

interface SettingFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly children: (id: string) => ReactElement<Record<string, unknown>>;
}

/** A setting's control under its label; the control takes the id that the label names. */
export function SettingField({ label, description, error, required = false, children }: SettingFieldProps) {
  const id = useId();
  return (
    <Field
      noMargin
      label={label}
      htmlFor={id}
      description={description}
      required={required}
      invalid={error !== undefined}
      error={error}
    >
      {children(id)}
    </Field>
  );
}
