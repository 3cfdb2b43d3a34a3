import React, { type ReactNode } from 'react';
import { ConfigSection } from './ConfigSection.tsx';
import { withJson } from './edit-settings.ts';
import type { SectionProps } from './section-props.ts';
import { traceLink, type TraceLinks } from './trace-links.ts';
import { TagsField, TargetField } from './TraceLinkFields.tsx';

/** A kind of link, as the fields of its section see it. */
export interface LinkProps<Link> {
  readonly link: Link;
  readonly disabled: boolean;
  readonly onEdit: (change: Partial<Link>) => void;
}

interface Props<Name extends keyof TraceLinks> extends SectionProps {
  readonly name: Name;
  readonly title: string;
  readonly description: string;
  /** Of the data sources in which such a link may end. */
  readonly types: string | readonly string[];
  /** What this kind has beside a target and attributes. */
  readonly children: (props: LinkProps<TraceLinks[Name]>) => ReactNode;
}

/** From a span to somewhere else: where to, by which attributes, and whatever more that kind of link has. */
export function TraceLinkSection<Name extends keyof TraceLinks>(props: Props<Name>) {
  const { settings, onSettings, name, title, description, types, children } = props;
  const link = traceLink(settings.jsonData, name);
  const disabled = settings.readOnly;
  const edit = (change: Partial<TraceLinks[Name]>) => {
    onSettings(withJson(settings, { [name]: { ...link, ...change } }));
  };
  return (
    <ConfigSection title={title} description={description}>
      <TargetField
        uid={link.datasourceUid}
        types={types}
        disabled={disabled}
        onUid={(datasourceUid) => {
          edit({ datasourceUid });
        }}
      />
      {link.datasourceUid !== undefined && (
        <>
          <TagsField
            tags={link.tags}
            disabled={disabled}
            onTags={(tags) => {
              edit({ tags });
            }}
          />
          {children({ link, disabled, onEdit: edit })}
        </>
      )}
    </ConfigSection>
  );
}
