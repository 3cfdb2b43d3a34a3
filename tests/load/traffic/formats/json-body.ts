/** JSON of elements that were written one after the other, each with a comma in front of it. */
export function jsonBody(head: string, elements: Buffer, tail: string): Buffer {
  return Buffer.concat([Buffer.from(head), elements.subarray(1), Buffer.from(tail)]);
}

/** An element that may stand behind another one. */
export function jsonElement(value: object): Buffer {
  return Buffer.from(`,${JSON.stringify(value)}`);
}
