import { Input } from '@grafana/ui';
import React from 'react';
import { SettingField } from './SettingField.tsx';

interface TextSettingProps {
  readonly label: string;
  readonly description?: string;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly value: string | number | undefined;
  readonly placeholder?: string;
  readonly type?: 'text' | 'number' | 'url';
  readonly width?: number;
  readonly disabled: boolean;
  readonly onText: (text: string) => void;
}

export function TextSetting({
  label,
  description,
  error,
  required,
  value,
  onText,
  width = 60,
  ...input
}: TextSettingProps) {
  return (
    <SettingField
      label={label}
      error={error}
      {...(description !== undefined && { description })}
      {...(required !== undefined && { required })}
    >
      {(id) => (
        <Input
          {...input}
          id={id}
          width={width}
          required={required}
          value={value ?? ''}
          onChange={(event) => {
            onText(event.currentTarget.value);
          }}
        />
      )}
    </SettingField>
  );
}
