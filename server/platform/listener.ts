/** An open port. */
export interface Listener {
  readonly host: string;
  /** The real one, also when 0 was asked for. */
  readonly port: number;
  /**
   * Stops accepting, lets what is in flight finish, and resolves when every connection is closed. What is still going
   * after `timeoutMs` is cut off.
   */
  close(timeoutMs: number): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** For messages and URLs: IPv6 in brackets. */
export function presentAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
