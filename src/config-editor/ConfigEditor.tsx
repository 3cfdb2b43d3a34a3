import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Alert, Divider, Stack } from '@grafana/ui';
import React, { useMemo } from 'react';
import { BuildDashboardButton } from '../dashboards/BuildDashboardButton.tsx';
import type { SpanhouseJson, SpanhouseSecrets } from '../spanhouse-query.ts';
import { AuthSection } from './AuthSection.tsx';
import { ConfigSection } from './ConfigSection.tsx';
import { ConnectionSection } from './ConnectionSection.tsx';
import { DefaultsSection } from './DefaultsSection.tsx';
import { HttpSection } from './HttpSection.tsx';
import { spacesOf } from './load-spaces.ts';
import { SpaceSection } from './SpaceSection.tsx';
import { TlsSection } from './TlsSection.tsx';
import { TraceToLogsSection } from './TraceToLogsSection.tsx';
import { TraceToMetricsSection } from './TraceToMetricsSection.tsx';
import { TraceToProfilesSection } from './TraceToProfilesSection.tsx';
import { TraceViewSection } from './TraceViewSection.tsx';

type Props = DataSourcePluginOptionsEditorProps<SpanhouseJson, SpanhouseSecrets>;

/** Where the traces are, who asks for them, and what they lead to. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { uid, name, readOnly } = options;
  const loadSpaces = useMemo(() => spacesOf(uid), [uid]);
  const section = { settings: options, onSettings: onOptionsChange };
  return (
    <Stack direction="column" gap={2}>
      {readOnly && (
        <Alert severity="info" title="This data source was provisioned">
          Its settings are those of a file on Grafana’s server, and can only be changed there.
        </Alert>
      )}
      <ConnectionSection {...section} />
      <Divider />
      <SpaceSection {...section} loadSpaces={loadSpaces} />
      <Divider />
      <AuthSection {...section} />
      <Divider />
      <TlsSection {...section} />
      <Divider />
      <HttpSection {...section} />
      <Divider />
      <DefaultsSection {...section} />
      <Divider />
      <TraceToLogsSection {...section} />
      <Divider />
      <TraceToMetricsSection {...section} />
      <Divider />
      <TraceToProfilesSection {...section} />
      <Divider />
      <TraceViewSection {...section} />
      <Divider />
      <ConfigSection
        title="Dashboards"
        description="Rates, errors, durations and the slowest traces of some services, or of all."
      >
        <BuildDashboardButton dataSource={{ uid, name }} services={[]} />
      </ConfigSection>
    </Stack>
  );
}
