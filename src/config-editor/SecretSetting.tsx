import { SecretInput, SecretTextArea } from '@grafana/ui';
import React from 'react';
import { withoutSecret, withSecret } from './edit-settings.ts';
import type { SectionProps } from './section-props.ts';
import { SettingField } from './SettingField.tsx';

interface SecretSettingProps extends SectionProps {
  readonly label: string;
  readonly description?: string;
  readonly name: string;
  readonly placeholder: string;
  /** Keys and certificates have many lines. */
  readonly lines?: number;
}

/** A secret is written, replaced and removed, and never shown. */
export function SecretSetting({
  settings,
  onSettings,
  label,
  description,
  name,
  placeholder,
  lines,
}: SecretSettingProps) {
  const isConfigured = settings.secureJsonFields[name] === true;
  const shared = {
    isConfigured,
    placeholder,
    disabled: settings.readOnly || isConfigured,
    value: settings.secureJsonData?.[name] ?? '',
    onReset: () => {
      onSettings(withoutSecret(settings, name));
    },
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      onSettings(withSecret(settings, name, event.currentTarget.value));
    },
  };
  return (
    <SettingField label={label} {...(description !== undefined && { description })}>
      {(id) =>
        lines === undefined ? (
          <SecretInput {...shared} id={id} width={60} autoComplete="off" />
        ) : (
          <SecretTextArea {...shared} id={id} cols={60} rows={lines} />
        )
      }
    </SettingField>
  );
}
