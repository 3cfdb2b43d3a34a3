/** What Grafana's `fetch` throws, as far as it is known. */
interface Refusal {
  readonly status?: number;
  readonly message?: string;
  readonly data?: { readonly message?: string } | null;
}

interface Attempt {
  readonly title: string;
  readonly folder: string;
}

/** Why a dashboard was not saved, and what to do, in a sentence. */
export function describeRefusal(thrown: unknown, { title, folder }: Attempt): string {
  const { status = 0, message, data } = (thrown ?? {}) as Refusal;
  const said = data?.message ?? message ?? '';
  switch (status) {
    case 0:
      return `Grafana did not answer${said === '' ? '' : ` (${said})`}: try again.`;
    case 401:
      return 'You are no longer signed in: sign in again, then build the dashboard.';
    case 403:
      return `You may not write dashboards in the folder “${folder}”: choose another folder, or ask for the right to edit this one.`;
    case 404:
      return `The folder “${folder}” is no longer there: choose another one.`;
    case 409:
    case 412:
      return `The folder “${folder}” already holds a dashboard called “${title}”: choose another title or folder.`;
    default:
      return `Grafana did not save the dashboard: it answered ${status}${said === '' ? '' : `, ${said}`}.`;
  }
}
