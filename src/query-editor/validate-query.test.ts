import { durationFlaw, limitFlaw, quantileFlaw, rangeFlaw, textFlaw, traceIdFlaw } from './validate-query.ts';

test.each<[string | undefined, boolean]>([
  [durationFlaw(undefined), false],
  [durationFlaw('1h2m'), false],
  [durationFlaw('$min'), false],
  [durationFlaw('5'), true],
  [rangeFlaw('1s', '500ms'), true],
  [rangeFlaw('1s', '1500ms'), false],
  [rangeFlaw('1s', 'soon'), true],
  [limitFlaw(20), false],
  [limitFlaw('many'), true],
  [limitFlaw('0'), true],
  [traceIdFlaw('4bf9'), false],
  [traceIdFlaw('xyz'), true],
  [quantileFlaw('0.99'), false],
  [quantileFlaw('95'), true],
  [textFlaw('service = cart and not exists(x)'), false],
  [textFlaw('service ='), true],
])('%j: a flaw is %s', (flaw, expected) => {
  expect(flaw !== undefined).toBe(expected);
});

test('a flaw of the text says where', () => {
  expect(textFlaw('service = cart and and')).toMatch(/^Character 20: /);
});
