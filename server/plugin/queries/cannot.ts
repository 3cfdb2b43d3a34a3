import { Fault } from '../../errors/fault.ts';
import type { ServerKind } from '../instance/upstream.ts';

type Jaeger = Exclude<ServerKind, 'spanhouse'>;

const CALLED: Readonly<Record<Jaeger, string>> = {
  'jaeger-first': "this server (Jaeger's first generation API)",
  'jaeger-second': "this server (Jaeger's second generation API)",
};

/** What a plain Jaeger cannot do. `what` goes on after "cannot". */
export function cannot(server: Jaeger, what: string): Fault {
  return new Fault('unimplemented', `${CALLED[server]} cannot ${what}`);
}
