import { Switch } from '@grafana/ui';
import React from 'react';
import { SettingField } from './SettingField.tsx';

interface SwitchSettingProps {
  readonly label: string;
  readonly description?: string;
  readonly value: boolean | undefined;
  readonly disabled: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

export function SwitchSetting({ label, description, value, disabled, onSwitch }: SwitchSettingProps) {
  return (
    <SettingField label={label} {...(description !== undefined && { description })}>
      {(id) => (
        <Switch
          id={id}
          value={value ?? false}
          disabled={disabled}
          onChange={(event) => {
            onSwitch(event.currentTarget.checked);
          }}
        />
      )}
    </SettingField>
  );
}
