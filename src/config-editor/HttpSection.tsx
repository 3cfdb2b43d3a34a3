import { Button, Stack, TagsInput } from '@grafana/ui';
import React from 'react';
import { DEFAULT_TIMEOUT_S } from '../contract/settings.ts';
import { ConfigSection } from './ConfigSection.tsx';
import {
  customHeaders,
  withAddedHeader,
  withHeaderName,
  withJson,
  withoutLastHeader,
} from './edit-settings.ts';
import { SecretSetting } from './SecretSetting.tsx';
import type { SectionProps } from './section-props.ts';
import { SettingField } from './SettingField.tsx';
import { TextSetting } from './TextSetting.tsx';
import { wholeNumberFlaw } from './validate-settings.ts';

export function HttpSection(props: SectionProps) {
  const { settings, onSettings } = props;
  const { jsonData, readOnly } = settings;
  return (
    <ConfigSection title="HTTP">
      <TextSetting
        label="Timeout in seconds"
        description="How long the server may take for one request."
        type="number"
        width={20}
        placeholder={String(DEFAULT_TIMEOUT_S)}
        value={jsonData.timeout}
        error={wholeNumberFlaw(jsonData.timeout)}
        disabled={readOnly}
        onText={(text) => {
          onSettings(withJson(settings, { timeout: text === '' ? undefined : Number(text) }));
        }}
      />
      <SettingField
        label="Allowed cookies"
        description="Names of the browser’s cookies that go on to the server."
      >
        {(id) => (
          <TagsInput
            id={id}
            width={60}
            placeholder="Name of a cookie, then Enter"
            disabled={readOnly}
            tags={[...(jsonData.keepCookies ?? [])]}
            onChange={(keepCookies) => {
              onSettings(withJson(settings, { keepCookies }));
            }}
          />
        )}
      </SettingField>
      <CustomHeaders {...props} />
    </ConfigSection>
  );
}

function CustomHeaders(props: SectionProps) {
  const { settings, onSettings } = props;
  const headers = customHeaders(settings);
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {headers.map((header, index) => (
        <Stack key={index} direction="row" gap={1} wrap="wrap" alignItems="flex-end">
          <TextSetting
            label={`Header ${index + 1}`}
            width={30}
            placeholder="X-Name"
            value={header.name}
            disabled={settings.readOnly}
            onText={(name) => {
              onSettings(withHeaderName(settings, index + 1, name));
            }}
          />
          <SecretSetting
            {...props}
            label={`Value of header ${index + 1}`}
            name={`httpHeaderValue${index + 1}`}
            placeholder="Value"
          />
        </Stack>
      ))}
      <Stack direction="row" gap={1}>
        <Button
          variant="secondary"
          icon="plus"
          disabled={settings.readOnly}
          onClick={() => {
            onSettings(withAddedHeader(settings));
          }}
        >
          Add header
        </Button>
        {headers.length > 0 && (
          <Button
            variant="secondary"
            icon="trash-alt"
            disabled={settings.readOnly}
            onClick={() => {
              onSettings(withoutLastHeader(settings));
            }}
          >
            Remove last header
          </Button>
        )}
      </Stack>
    </Stack>
  );
}
