import { Combobox } from '@grafana/ui';
import React, { useMemo } from 'react';
import type { FoundSpace } from '../completion/completion.ts';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import { type LoadSpaces, remembered } from './load-spaces.ts';
import type { SectionProps } from './section-props.ts';
import { SettingField } from './SettingField.tsx';
import { spaceOptions, type SpacePart } from './space-options.ts';
import { spacePartFlaw } from './validate-settings.ts';

interface SpaceSectionProps extends SectionProps {
  readonly loadSpaces: LoadSpaces;
}

const PARTS: readonly (readonly [SpacePart, string, string])[] = [
  ['tenant', 'Tenant', 'Whose traces these are.'],
  ['db', 'Database', 'Which of the tenant’s databases.'],
  ['table', 'Table', 'Which of the database’s tables.'],
];

/** The part of the store that the data source reads; what is left open is the server’s default. */
export function SpaceSection({ settings, onSettings, loadSpaces }: SpaceSectionProps) {
  const load = useMemo(() => remembered(loadSpaces), [loadSpaces]);
  const { jsonData } = settings;
  return (
    <ConfigSection
      title="Space"
      description="Tenant, database and table name the part of the store that this data source reads. Once the data source is saved and the server answers, they can be chosen."
    >
      {PARTS.map(([part, label, description]) => (
        <SettingField
          key={part}
          label={label}
          description={description}
          error={spacePartFlaw(jsonData[part])}
        >
          {(id) => (
            <Combobox
              id={id}
              width={60}
              isClearable
              createCustomValue
              placeholder="default"
              disabled={settings.readOnly}
              options={async (typed) => spaceOptions(part, jsonData, await load().catch(noSpaces), typed)}
              value={jsonData[part] ? { label: jsonData[part], value: jsonData[part] } : null}
              onChange={(option) => {
                onSettings(withJson(settings, { [part]: option?.value }));
              }}
            />
          )}
        </SettingField>
      ))}
    </ConfigSection>
  );
}

/** Before the first save nobody answers: whoever knows a name types it. */
function noSpaces(): readonly FoundSpace[] {
  return [];
}
