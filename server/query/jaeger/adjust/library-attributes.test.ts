import { expect, test } from 'vitest';
import type { Attribute } from '../../../span/attribute.ts';
import { corpusSpan, int, originOf, text } from '../corpus.fixture.ts';
import { rawTrace } from './adjust-trace.ts';
import type { AdjustedSpan } from './adjusted-span.ts';
import { learnLibraries } from './library-attributes.ts';

const moveLibraryAttributes = (spans: readonly AdjustedSpan[]): readonly AdjustedSpan[] =>
  spans.map(learnLibraries(spans));

const SDK = 'telemetry.sdk.name';
const conflict = (key: string): string => `conflicting values between Span and Resource for attribute ${key}`;

interface Sides {
  readonly span: readonly Attribute[];
  readonly resource: readonly Attribute[];
}

test.each<[string, Sides, Sides, readonly string[]]>([
  ['moved to the end', { span: [text('a', '1'), text(SDK, 'x')], resource: [text('z', '1')] }, { span: [text('a', '1')], resource: [text('z', '1'), text(SDK, 'x')] }, []], // prettier-ignore
  [
    'known',
    { span: [text(SDK, 'x')], resource: [text(SDK, 'x')] },
    { span: [], resource: [text(SDK, 'x')] },
    [],
  ],
  ['contradicted', { span: [text(SDK, 'x')], resource: [text(SDK, 'y')] }, { span: [text(SDK, 'x')], resource: [text(SDK, 'y')] }, [conflict(SDK)]], // prettier-ignore
  ['no texts', { span: [int(SDK, 1n)], resource: [int(SDK, 1n)] }, { span: [int(SDK, 1n)], resource: [int(SDK, 1n)] }, [conflict(SDK)]], // prettier-ignore
  ['other keys', { span: [text('telemetry.auto.version', 'x')], resource: [] }, { span: [text('telemetry.auto.version', 'x')], resource: [] }, []], // prettier-ignore
])('%s', (_, given, want, warnings) => {
  const before = corpusSpan({ trace: 1, id: 1, attributes: given.span, resource: originOf(given.resource) });
  const [adjusted] = moveLibraryAttributes(rawTrace([before]));
  expect(adjusted?.span.attributes).toEqual(want.span);
  expect(adjusted?.span.resource.attributes).toEqual(want.resource);
  expect(adjusted?.warnings).toEqual(warnings);
});

test('all five are moved', () => {
  const attributes = ['sdk.language', 'sdk.name', 'sdk.version', 'distro.name', 'distro.version'].map((name) => text(`telemetry.${name}`, 'x')); // prettier-ignore
  const before = corpusSpan({ trace: 1, id: 1, attributes, resource: originOf([]) });
  const [adjusted] = moveLibraryAttributes(rawTrace([before]));
  expect(adjusted?.span.attributes).toEqual([]);
  expect(adjusted?.span.resource.attributes).toEqual(attributes);
});

test('spans of one resource share what each of them says, others do not', () => {
  const resource = originOf([text('host.name', 'h')]);
  const spans = [
    corpusSpan({ trace: 1, id: 1, resource }),
    corpusSpan({ trace: 1, id: 2, resource, attributes: [text(SDK, 'x')] }),
    corpusSpan({ trace: 1, id: 3, resource, attributes: [text(SDK, 'y')] }),
    corpusSpan({ trace: 1, id: 4, resource: originOf([]) }),
  ];
  const moved = moveLibraryAttributes(rawTrace(spans));
  expect(new Set(moved.slice(0, 3).map(({ span }) => span.resource)).size).toBe(1);
  expect(moved[0]?.span.resource.attributes).toEqual([text('host.name', 'h'), text(SDK, 'x')]);
  expect(moved[2]?.warnings).toEqual([conflict(SDK)]);
  expect(moved[3]?.span.resource.attributes).toEqual([]);
});

test('of what one span says twice the first is moved', () => {
  const attributes = [int(SDK, 1n), int(SDK, 1n)];
  const before = corpusSpan({ trace: 1, id: 1, attributes, resource: originOf([]) });
  const [adjusted] = moveLibraryAttributes(rawTrace([before]));
  expect(adjusted?.span.attributes).toEqual([int(SDK, 1n)]);
  expect(adjusted?.span.resource.attributes).toEqual([int(SDK, 1n)]);
  expect(adjusted?.warnings).toEqual([conflict(SDK)]);
});
