/** Matches anywhere in the value, where the store matches from end to end. */
const BEFORE = '(?s:.*)(?:';
const AFTER = ')(?s:.*)';

export function matchAnywhere(pattern: string): string {
  return `${BEFORE}${pattern}${AFTER}`;
}

/** A refusal of the store with the pattern in it as the caller wrote it. */
export function showPattern(message: string): string {
  return message.replaceAll(BEFORE, '').replaceAll(AFTER, '');
}

/**
 * What keeps the pattern from meaning the same in every store, undefined if nothing does: the filter's patterns have no
 * anchors, word boundaries, lazy quantifiers or flags. Whether it is a pattern at all is for the store to say.
 */
export function patternFlaw(pattern: string): string | undefined {
  return new PatternScan(pattern).flaw();
}

const BOUNDARIES = 'AbBz';

class PatternScan {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #afterQuantifier = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  flaw(): string | undefined {
    while (this.#at < this.#pattern.length) {
      const flaw = this.#step();
      if (flaw !== undefined) return flaw;
    }
    return this.#depth > 0 ? 'a parenthesis in it is never closed' : undefined;
  }

  #step(): string | undefined {
    const character = this.#pattern[this.#at]!;
    const rest = this.#pattern.slice(this.#at);
    const wasQuantifier = this.#afterQuantifier;
    this.#afterQuantifier = false;
    switch (character) {
      case '\\':
        return this.#escape(rest);
      case '[':
        this.#at += CLASS.exec(rest)?.[0].length ?? rest.length;
        return undefined;
      case '^':
      case '$':
        return 'it is looked for anywhere in the value and cannot anchor itself';
      case '(':
        return this.#open(rest);
      case ')':
        this.#at++;
        this.#depth--;
        return this.#depth < 0 ? 'it closes a parenthesis that it did not open' : undefined;
      default:
        return this.#plain(rest, wasQuantifier);
    }
  }

  #escape(rest: string): string | undefined {
    if (BOUNDARIES.includes(rest[1] ?? ' ')) return 'it must not have anchors or word boundaries';
    // Everything between \Q and \E stands for itself.
    const length = rest[1] === 'Q' ? (/^\\Q[^]*?(?:\\E|$)/.exec(rest)?.[0].length ?? rest.length) : 2;
    this.#at += length;
    return undefined;
  }

  #open(rest: string): string | undefined {
    const [opening = '', named = ''] = /^\((?:\?(:|P?<))?/.exec(rest) ?? [];
    this.#at += opening.length;
    this.#depth++;
    return named === '' && rest.startsWith('(?') ? 'it must not have flags' : undefined;
  }

  #plain(rest: string, wasQuantifier: boolean): string | undefined {
    const [quantifier] = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest) ?? [];
    if (quantifier === '?' && wasQuantifier) return 'its quantifiers must not be lazy';
    this.#at += quantifier?.length ?? 1;
    this.#afterQuantifier = quantifier !== undefined;
    return undefined;
  }
}

/** A bracket right after the opening one, or after its caret, stands for itself. */
const CLASS = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]/;
