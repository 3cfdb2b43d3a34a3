import React from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import { SecretSetting } from './SecretSetting.tsx';
import type { SectionProps } from './section-props.ts';
import { SwitchSetting } from './SwitchSetting.tsx';
import { TextSetting } from './TextSetting.tsx';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----';
const KEY = '-----BEGIN PRIVATE KEY-----';

export function TlsSection(props: SectionProps) {
  const { settings, onSettings } = props;
  const { jsonData, readOnly } = settings;
  return (
    <ConfigSection title="TLS">
      <SwitchSetting
        label="Own certificate authority"
        description="The server’s certificate is signed by an authority that the system does not know."
        value={jsonData.tlsAuthWithCACert}
        disabled={readOnly}
        onSwitch={(tlsAuthWithCACert) => {
          onSettings(withJson(settings, { tlsAuthWithCACert }));
        }}
      />
      {jsonData.tlsAuthWithCACert === true && (
        <SecretSetting
          {...props}
          label="CA certificate"
          name="tlsCACert"
          placeholder={CERTIFICATE}
          lines={6}
        />
      )}
      <SwitchSetting
        label="Client certificate"
        description="The server wants to know who asks."
        value={jsonData.tlsAuth}
        disabled={readOnly}
        onSwitch={(tlsAuth) => {
          onSettings(withJson(settings, { tlsAuth }));
        }}
      />
      {jsonData.tlsAuth === true && (
        <>
          <TextSetting
            label="Server name"
            description="Where the certificate is for another name than the address has."
            value={jsonData.serverName}
            disabled={readOnly}
            onText={(serverName) => {
              onSettings(withJson(settings, { serverName }));
            }}
          />
          <SecretSetting
            {...props}
            label="Client certificate text"
            name="tlsClientCert"
            placeholder={CERTIFICATE}
            lines={6}
          />
          <SecretSetting {...props} label="Client key" name="tlsClientKey" placeholder={KEY} lines={6} />
        </>
      )}
      <SwitchSetting
        label="Skip verification"
        description="Any certificate will do: whoever is in between can read along. For trying out only."
        value={jsonData.tlsSkipVerify}
        disabled={readOnly}
        onSwitch={(tlsSkipVerify) => {
          onSettings(withJson(settings, { tlsSkipVerify }));
        }}
      />
    </ConfigSection>
  );
}
