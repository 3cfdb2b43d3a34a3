import { Fault } from '../errors/fault.ts';
import { createSpace, type Space, spaceKey } from '../space/space.ts';

/** What listens on a port that is for one space. */
export const SPACE_PORT_KINDS = ['http', 'grpc', 'udp'] as const;
export type SpacePortKind = (typeof SPACE_PORT_KINDS)[number];

/** A port whose requests belong to one space without saying so. */
export interface SpacePort {
  readonly kind: SpacePortKind;
  readonly port: number;
  readonly space: Space;
}

const SPACE_PORT = /^(http|grpc|udp):(\d{1,5})=([^/]+)\/([^/]+)\/([^/]+)$/;
const MAX_PORT = 65_535;

/** Ports from text such as `http:4319=acme/iot/traces, udp:6841=acme/iot/traces`. */
export function parseSpacePorts(text: string): readonly SpacePort[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(parseSpacePort);
}

/** As it would be written in the setting. */
export function presentSpacePort({ kind, port, space }: SpacePort): string {
  return `${kind}:${port}=${spaceKey(space)}`;
}

function parseSpacePort(text: string): SpacePort {
  const [, kind, port, tenant = '', db = '', table = ''] = SPACE_PORT.exec(text) ?? [];
  if (kind === undefined || Number(port) > MAX_PORT) {
    throw new Fault(
      'invalid',
      `must be ports such as http:4319=acme/iot/traces (or grpc:, or udp:), separated by commas`,
    );
  }
  return { kind: kind as SpacePortKind, port: Number(port), space: createSpace(tenant, db, table) };
}
