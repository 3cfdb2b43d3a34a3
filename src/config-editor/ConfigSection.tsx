import { Stack, Text } from '@grafana/ui';
import React, { type ReactNode, useId } from 'react';

interface ConfigSectionProps {
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
}

/** A group of settings under its heading. */
export function ConfigSection({ title, description, children }: ConfigSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Stack direction="column" gap={2}>
        <Stack direction="column" gap={0.5}>
          <div id={id}>
            <Text element="h2" variant="h4">
              {title}
            </Text>
          </div>
          {description !== undefined && <Text color="secondary">{description}</Text>}
        </Stack>
        {children}
      </Stack>
    </section>
  );
}
