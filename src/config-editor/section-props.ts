import type { Settings } from './edit-settings.ts';

/** What every section of the configuration is given. */
export interface SectionProps {
  readonly settings: Settings;
  readonly onSettings: (settings: Settings) => void;
}
