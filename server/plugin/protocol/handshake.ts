/** What go-plugin's host puts into a plugin's environment. */
const COOKIE_NAME = 'grafana_plugin_type';
const COOKIE = 'datasource';
/** Of go-plugin's own protocol, and of Grafana's. */
const CORE_VERSION = 1;
const APP_VERSION = 2;

export const NOT_BY_HAND =
  'This is the backend of a Grafana plugin: Grafana starts it by itself, and it does nothing when run by hand.';

export interface Handshake {
  /** Where the socket is made: first of them that can be used. */
  readonly socketDirs: readonly string[];
  /** PEM: the host wants TLS and will show this certificate. */
  readonly hostCertificate: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the host asks for, or the sentence that says why the process must not run. */
export function readHandshake(environment: Environment): Handshake | { readonly refusal: string } {
  if (environment[COOKIE_NAME] !== COOKIE) return { refusal: NOT_BY_HAND };
  const versions = (environment['PLUGIN_PROTOCOL_VERSIONS'] ?? String(APP_VERSION)).split(',');
  if (!versions.map(Number).includes(APP_VERSION)) {
    return {
      refusal: `This plugin speaks version ${APP_VERSION} of Grafana's plugin protocol, and this Grafana asks for ${versions.join(', ')}.`,
    };
  }
  return {
    socketDirs: [environment['PLUGIN_UNIX_SOCKET_DIR'], environment['TMPDIR'], '/tmp'].flatMap(
      (directory) => nonEmpty(directory) ?? [],
    ),
    hostCertificate: nonEmpty(environment['PLUGIN_CLIENT_CERT']),
  };
}

export interface Address {
  readonly network: 'unix' | 'tcp';
  readonly address: string;
}

/** The one line that the host reads from stdout. */
export function presentHandshake({ network, address }: Address, serverCertificate?: Buffer): string {
  const fields = [CORE_VERSION, APP_VERSION, network, address, 'grpc'];
  if (serverCertificate === undefined) return `${fields.join('|')}\n`;
  return `${[...fields, serverCertificate.toString('base64').replace(/=+$/, '')].join('|')}\n`;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
