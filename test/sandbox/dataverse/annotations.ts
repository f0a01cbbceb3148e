import { readPrefer } from './queryOptions';

/** True for annotations (named without `@`) that a request asked for. */
export type Wanted = (name: string) => boolean;

/** Which annotations `Prefer: odata.include-annotations` asks for: names, prefixes with `*`, or all. */
export function wantedAnnotations(prefer: string | undefined): Wanted {
	const asked = (readPrefer(prefer).get('odata.include-annotations') ?? '')
		.split(',')
		.map((each) => each.trim());
	return (name) =>
		asked.some((pattern) =>
			pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
		);
}
