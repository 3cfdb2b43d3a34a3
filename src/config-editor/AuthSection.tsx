import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import { type AuthMethod, authMethod, withAuthMethod } from './edit-settings.ts';
import { SecretSetting } from './SecretSetting.tsx';
import type { SectionProps } from './section-props.ts';
import { SettingField } from './SettingField.tsx';
import { TextSetting } from './TextSetting.tsx';

const METHODS: { label: string; value: AuthMethod; description: string }[] = [
  { label: 'None', value: 'none', description: 'The server asks for nothing' },
  { label: 'Basic', value: 'basic', description: 'User and password' },
  { label: 'Token', value: 'token', description: 'A token in the Authorization header' },
  {
    label: 'Forward identity',
    value: 'forward',
    description: 'The token with which the user came to Grafana',
  },
];

export function AuthSection(props: SectionProps) {
  const { settings, onSettings } = props;
  const method = authMethod(settings);
  return (
    <ConfigSection title="Authentication">
      <SettingField label="Method">
        {(id) => (
          <RadioButtonGroup
            id={id}
            aria-label="Method"
            options={METHODS}
            value={method}
            disabled={settings.readOnly}
            onChange={(chosen) => {
              onSettings(withAuthMethod(settings, chosen));
            }}
          />
        )}
      </SettingField>
      {method === 'basic' && <BasicFields {...props} />}
      {method === 'token' && (
        <SecretSetting {...props} label="Token" name="token" placeholder="Without the word Bearer" />
      )}
    </ConfigSection>
  );
}

function BasicFields(props: SectionProps) {
  const { settings, onSettings } = props;
  return (
    <>
      <TextSetting
        label="User"
        value={settings.basicAuthUser}
        disabled={settings.readOnly}
        onText={(basicAuthUser) => {
          onSettings({ ...settings, basicAuthUser });
        }}
      />
      <SecretSetting {...props} label="Password" name="basicAuthPassword" placeholder="Password" />
    </>
  );
}
