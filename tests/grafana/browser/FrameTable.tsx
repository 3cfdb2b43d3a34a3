import {
  type DataFrame,
  type DataLink,
  formattedValueToString,
  getDisplayProcessor,
  createTheme,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { Button } from '@grafana/ui';
import React from 'react';

interface FrameTableProps {
  readonly frame: DataFrame;
  /** A link of the data source to itself was clicked. */
  readonly onQuery: (query: DataQuery) => void;
}

/** A frame as a table, with the links of its fields. */
export function FrameTable({ frame, onQuery }: FrameTableProps) {
  const theme = createTheme();
  const display = frame.fields.map((field) => getDisplayProcessor({ field, theme, timeZone: 'utc' }));
  return (
    <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={frame.name ?? 'Frame'}>
      <table style={{ width: '100%' }}>
        <caption>{`${frame.name ?? 'Frame'} (${frame.meta?.preferredVisualisationType ?? 'table'})`}</caption>
        <thead>
          <tr>
            {frame.fields.map((field) => (
              <th key={field.name}>{field.config.displayName ?? field.name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: frame.length }, (_, row) => (
            <tr key={row}>
              {frame.fields.map((field, column) => {
                const value: unknown = field.values[row];
                const text =
                  typeof value === 'object'
                    ? JSON.stringify(value)
                    : formattedValueToString(display[column]!(value));
                const link = field.config.links?.find(({ internal }) => internal !== undefined);
                return (
                  <td key={field.name}>
                    {link === undefined ? (
                      text
                    ) : (
                      <Button
                        fill="text"
                        onClick={() => {
                          onQuery(linkedQuery(link, String(value)));
                        }}
                      >
                        {text}
                      </Button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function linkedQuery(link: DataLink, value: string): DataQuery {
  const text = JSON.stringify(link.internal?.query).replaceAll('${__value.raw}', value);
  return { refId: 'A', ...(JSON.parse(text) as object) };
}
