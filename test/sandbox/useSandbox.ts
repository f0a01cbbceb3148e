/** What every stand-in can do between and after tests. */
export interface TestServer {
	reset(): void;
	close(): Promise<void>;
}

/** A stand-in for all tests of a file: started before them, reset before each one, closed after the last. */
export function useSandbox<Server extends TestServer>(start: () => Promise<Server>): Server {
	let running: Server | undefined;
	const started = (): Server => {
		if (!running) throw new Error('The stand-in runs only while tests do');
		return running;
	};
	beforeAll(async () => {
		running = await start();
	});
	beforeEach(() => started().reset());
	afterAll(async () => await running?.close());
	return new Proxy({} as Server, {
		get: (_, name) => Reflect.get(started(), name) as unknown,
		set: (_, name, value) => Reflect.set(started(), name, value),
	});
}
