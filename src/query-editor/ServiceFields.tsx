import { Stack } from '@grafana/ui';
import React, { useId } from 'react';
import { parseAnyOf } from '../contract/any-of.ts';
import { BuildDashboardButton } from '../dashboards/BuildDashboardButton.tsx';
import { holdsVariable } from '../variables/expand.ts';
import type { EditorProps } from './editor-props.ts';
import { EditorField } from './EditorField.tsx';
import { NamesCombobox } from './NamesCombobox.tsx';
import { ServiceField } from './ServiceField.tsx';

/** Services, and operations out of those that the services have; beside them what can be made of a service. */
export function ServiceFields(props: EditorProps) {
  const { datasource, query, onEdit } = props;
  const id = useId();
  const services = parseAnyOf(query.service).filter((service) => !holdsVariable(service));
  return (
    <Stack direction="row" gap={1} wrap="wrap" alignItems="flex-start">
      <ServiceField {...props} />
      <EditorField label="Operation" id={id}>
        <NamesCombobox
          id={id}
          datasource={datasource}
          placeholder="Any operation"
          value={query.operation}
          load={() => datasource.completion.operationsOf(services)}
          onChoose={(operation) => {
            onEdit({ operation });
          }}
        />
      </EditorField>
      {services.length > 0 && (
        <div style={{ alignSelf: 'flex-end' }}>
          <BuildDashboardButton
            dataSource={{ uid: datasource.uid, name: datasource.name }}
            services={services}
          />
        </div>
      )}
    </Stack>
  );
}
