/** All of the page's style: it loads nothing. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#fff, #1d2128);
  --line: light-dark(#dde1e7, #313742);
  --ink: light-dark(#1c222b, #e6e9ee);
  --faint: light-dark(#5b6675, #9aa5b4);
  --accent: light-dark(#0b5fae, #6db3f2);
  --code: light-dark(#eef1f5, #12151a);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 62rem; padding: 1.25rem 1rem 3rem;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif;
}
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -.01em; }
h2 { margin: 2rem 0 .75rem; font-size: 1.15rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 400; overflow-wrap: anywhere; }
h3 b { font-weight: 650; }
h4 { margin: .75rem 0 .25rem; font-size: .875rem; font-weight: 600; }
p { margin: .25rem 0; }
a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .9rem; }
.faint { color: var(--faint); font-size: .875rem; }
.cards { display: grid; align-items: start; gap: .75rem; margin: 0; padding: 0; list-style: none; }
@media (min-width: 46rem) { .cards { grid-template-columns: 1fr 1fr; } }
.card { min-width: 0; padding: .85rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.card > h4:first-child { margin-top: 0; }
.figures { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: .15rem 0 .4rem; color: var(--faint); font-size: .9rem; }
.figures strong { color: var(--ink); font-variant-numeric: tabular-nums; }
.open { display: inline-block; padding: .3rem .8rem; border: 1px solid var(--accent); border-radius: .4rem; text-decoration: none; }
summary { margin-top: .4rem; padding: .2rem 0; color: var(--accent); font-size: .9rem; cursor: pointer; }
.copy { display: flex; align-items: stretch; margin: 0; background: var(--code); border: 1px solid var(--line); border-radius: .4rem; }
.copy code { flex: 1; min-width: 0; padding: .45rem .6rem; font: .8125rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
button {
  padding: .3rem .7rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--card); color: var(--ink); font: inherit; font-size: .8125rem; cursor: pointer;
}
.copy button { border-width: 0 0 0 1px; border-radius: 0 .4rem .4rem 0; }
form { display: flex; gap: .5rem; margin-bottom: .75rem; }
input {
  flex: 1; min-width: 0; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--card); color: var(--ink); font: inherit;
}
.notice { padding: .75rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: .4rem; background: var(--card); }
`;
