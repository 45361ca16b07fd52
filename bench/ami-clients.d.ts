/** As much of the clients of npm as the bench uses; neither brings types. */

declare module 'asterisk-manager' {
  interface Manager {
    on(event: 'managerevent', listener: (event: Record<string, unknown>) => void): void;
    disconnect(): void;
  }
  export default function open(port: number, host: string, username: string, secret: string, events: boolean): Manager;
}

declare module 'asterisk-ami-client' {
  export default class AmiClient {
    constructor(options: { readonly reconnect: boolean; readonly keepAlive: boolean });
    on(event: 'event', listener: (event: Record<string, unknown>) => void): void;
    connect(
      username: string,
      secret: string,
      options: { readonly host: string; readonly port: number },
    ): Promise<unknown>;
    disconnect(): void;
  }
}
