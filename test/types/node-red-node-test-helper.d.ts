declare module 'node-red-node-test-helper' {
  const helper: {
    init(runtimePath: string): void;
    settings(settings: object): void;
    startServer(done: (error?: Error) => void): void;
    stopServer(done: () => void): void;
    load(modules: unknown, flow: unknown, credentials?: unknown): Promise<void>;
    setFlows(flow: unknown, type: 'nodes'): Promise<void>;
    unload(): Promise<void>;
    /** What was logged since the last load. */
    log(): { readonly args: readonly (readonly { id?: string; level: number; msg: unknown }[])[] };
    getNode(id: string): unknown;
  };
  export default helper;
}
