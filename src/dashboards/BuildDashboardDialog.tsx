import { locationService } from '@grafana/runtime';
import { Alert, Button, Combobox, Input, Modal, MultiCombobox, Stack } from '@grafana/ui';
import React, { type SyntheticEvent, useId, useState } from 'react';
import type { BuildDashboardProps } from '../build-dashboard.ts';
import { comboboxOptions } from '../query-editor/combobox-options.ts';
import { EditorField } from '../query-editor/EditorField.tsx';
import { type DashboardApi, type Folder } from './dashboard-api.ts';
import { describeRefusal } from './describe-refusal.ts';
import { buildServiceOverview, titleFor } from './service-overview.ts';

interface DialogProps extends BuildDashboardProps {
  readonly api: DashboardApi;
  readonly onClose: () => void;
}

/** Where dashboards lie that are in no folder, as Grafana calls it. */
const ROOT = { value: 'general', label: 'Dashboards' };

/** Asks for services, title and folder; saves the dashboard, and opens it. */
export function BuildDashboardDialog({ dataSource, services: given, api, onClose }: DialogProps) {
  const ids = { services: useId(), title: useId(), folder: useId() };
  const [services, setServices] = useState(given);
  const [ownTitle, setOwnTitle] = useState<string>();
  const [folder, setFolder] = useState(ROOT);
  const [refusal, setRefusal] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const title = ownTitle ?? titleFor(services);
  const flaw = title.trim() === '' ? 'A dashboard needs a title.' : undefined;

  const build = async () => {
    setSaving(true);
    setRefusal(undefined);
    try {
      const dashboard = buildServiceOverview({ dataSource, services, title: title.trim() });
      const path = await api.save(dashboard, folder.value === ROOT.value ? undefined : folder.value);
      onClose();
      locationService.push(path);
    } catch (thrown) {
      setRefusal(describeRefusal(thrown, { title, folder: folder.label }));
      setSaving(false);
    }
  };
  // The configuration's own form, around the button, must not take this for its own.
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (flaw === undefined && !isSaving) void build();
  };

  return (
    <Modal title="Build dashboard" isOpen onDismiss={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack direction="column" gap={2}>
          <EditorField
            label="Services"
            id={ids.services}
            description="The dashboard opens with these; its variable offers the others too."
          >
            <MultiCombobox
              id={ids.services}
              placeholder="All services"
              isClearable
              createCustomValue
              options={async (typed) =>
                comboboxOptions([], await api.services(dataSource.uid).catch(() => []), typed)
              }
              value={services.map((name) => ({ label: name, value: name }))}
              onChange={(chosen) => {
                setServices(chosen.map(({ value }) => value));
              }}
            />
          </EditorField>
          <EditorField label="Title" id={ids.title} error={flaw}>
            <Input
              id={ids.title}
              value={title}
              onChange={(event) => {
                setOwnTitle(event.currentTarget.value);
              }}
            />
          </EditorField>
          <EditorField label="Folder" id={ids.folder}>
            <Combobox
              id={ids.folder}
              options={async (typed) => folderOptions(await api.folders(typed).catch(() => []), typed)}
              value={folder}
              onChange={({ value, label = value }) => {
                setFolder({ value, label });
              }}
            />
          </EditorField>
          {refusal !== undefined && <Alert severity="error" title={refusal} />}
        </Stack>
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={flaw !== undefined || isSaving}>
            {isSaving ? 'Building…' : 'Build and open'}
          </Button>
        </Modal.ButtonRow>
      </form>
    </Modal>
  );
}

function folderOptions(folders: readonly Folder[], typed: string): { value: string; label: string }[] {
  const roots = ROOT.label.toLowerCase().includes(typed.toLowerCase()) ? [ROOT] : [];
  const others = folders.map(({ uid, title, folderTitle }) => ({
    value: uid,
    label: folderTitle === undefined ? title : `${folderTitle} / ${title}`,
  }));
  return [...roots, ...others];
}
