/**
 * Puts a button beside every line that is there to be copied. Over plain HTTP browsers keep the clipboard to themselves,
 * but for this machine's own pages: then the line is selected.
 */
export const PAGE_SCRIPT = `
for (const line of document.querySelectorAll('.copy')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  const code = line.querySelector('code');
  const say = (word) => {
    button.textContent = word;
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  };
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      say('Copied');
    } catch {
      getSelection().selectAllChildren(code);
      say('Selected');
    }
  });
  line.append(button);
}
`;
