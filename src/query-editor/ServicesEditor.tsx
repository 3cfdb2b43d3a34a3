import { Text } from '@grafana/ui';
import React from 'react';

/** A table of every service. */
export function ServicesEditor() {
  return <Text color="secondary">A table of the services that have spans.</Text>;
}
