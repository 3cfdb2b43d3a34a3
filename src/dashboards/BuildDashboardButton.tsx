import { Button } from '@grafana/ui';
import React, { useState } from 'react';
import type { BuildDashboardProps } from '../build-dashboard.ts';
import { BuildDashboardDialog } from './BuildDashboardDialog.tsx';
import { dashboardApi } from './dashboard-api.ts';

/** Opens the dialog that makes the Service overview for the services it stands beside, or for all. */
export function BuildDashboardButton(props: BuildDashboardProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button
        variant="secondary"
        icon="apps"
        onClick={() => {
          setOpen(true);
        }}
      >
        Build dashboard
      </Button>
      {isOpen && (
        <BuildDashboardDialog
          {...props}
          api={dashboardApi}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}
