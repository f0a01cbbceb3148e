import { startDataverse, type DataverseOptions, type DataverseSandbox } from './dataverse';

/** The stand-in for all tests of a file: started before them, reset before each one, closed after the last. */
export function useDataverse(options?: DataverseOptions): DataverseSandbox {
	let running: DataverseSandbox | undefined;
	const started = (): DataverseSandbox => {
		if (!running) throw new Error('The stand-in runs only while tests do');
		return running;
	};
	beforeAll(async () => {
		running = await startDataverse(options);
	});
	beforeEach(() => started().reset());
	afterAll(async () => await running?.close());
	return new Proxy({} as DataverseSandbox, {
		get: (_, name) => Reflect.get(started(), name) as unknown,
		set: (_, name, value) => Reflect.set(started(), name, value),
	});
}
