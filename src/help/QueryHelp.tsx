import type { QueryEditorHelpProps } from '@grafana/data';
import { Button, Stack, Text } from '@grafana/ui';
import React from 'react';
import type { SpanhouseQuery } from '../spanhouse-query.ts';
import { EXAMPLES } from './examples.ts';

const LANGUAGE: readonly (readonly [string, string])[] = [
  ['service, name, kind, status, statusMessage, duration', 'fields of a span'],
  ['traceDuration', 'of the whole trace; only beside all the rest, joined by and'],
  ['http.route', 'an attribute of the span or its resource'],
  ['resource. scope. span. event. link.', 'before an attribute: where it stands'],
  ['= != < <= > >= =~ !~', 'comparisons; patterns are RE2’s and match from end to end'],
  ['in (a, b)  exists(key)  not (…)', 'any of several; whether it is there; the opposite'],
  ['and, or', 'and binds closer; parentheses group'],
  ['$variable', 'a dashboard’s variable; several values mean any of them'],
];

/** The cheat sheet: examples that run when they are clicked, and the text language on one screen. */
export function QueryHelp({ query, onClickExample }: QueryEditorHelpProps<SpanhouseQuery>) {
  return (
    <Stack direction="column" gap={2}>
      <Text element="h2" variant="h4">
        Questions to begin with
      </Text>
      {EXAMPLES.map((example) => (
        <Stack key={example.title} direction="column" gap={0.5} alignItems="flex-start">
          <Button
            variant="secondary"
            size="sm"
            onClick={() => {
              onClickExample({ ...example.query, refId: query.refId });
            }}
          >
            {example.title}
          </Button>
          <Text color="secondary">{example.explanation}</Text>
          {example.query.text !== undefined && <code>{example.query.text}</code>}
        </Stack>
      ))}
      <Text element="h2" variant="h4">
        Conditions as text
      </Text>
      <dl>
        {LANGUAGE.map(([words, meaning]) => (
          <React.Fragment key={words}>
            <dt>
              <code>{words}</code>
            </dt>
            <dd>{meaning}</dd>
          </React.Fragment>
        ))}
      </dl>
    </Stack>
  );
}
