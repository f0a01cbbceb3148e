import { fileError, type SourceFile } from './sourceFile';

const candidates = [',', ';', '\t', '|'];

/**
 * The delimiter by the header: the candidate that stands most often outside quotes, comma when there is
 * none. Undefined: the header does not end in this text, and it is not the last.
 */
export function delimiterIn(text: string, isLast: boolean): string | undefined {
	const counts = new Map(candidates.map((candidate) => [candidate, 0]));
	let isQuoted = false;
	const header = text.trimStart();
	for (const character of header) {
		const count = counts.get(character);
		if (character === '"') isQuoted = !isQuoted;
		else if (isQuoted) continue;
		else if (character === '\n' || character === '\r') return mostOf(counts);
		else if (count !== undefined) counts.set(character, count + 1);
	}
	return isLast ? mostOf(counts) : undefined;
}

function mostOf(counts: ReadonlyMap<string, number>): string {
	const [[most]] = [...counts].sort(([, one], [, other]) => other - one) as [[string, number]];
	return most;
}

/** Every column needs a name of its own: else one value would take the place of another. */
export function checkColumns(names: readonly string[], file: SourceFile): void {
	const empty = names.findIndex((name) => name.trim() === '');
	if (empty >= 0) {
		throw fileError(
			file,
			`has no name for column ${empty + 1} of ${names.length} in its header`,
			'Name every column in the first line, and take out a delimiter at its end.',
		);
	}
	const twice = names.find((name, position) => names.indexOf(name) !== position);
	if (twice === undefined) return;
	throw fileError(
		file,
		`has two columns named "${twice}"`,
		'Give every column in the first line a name of its own.',
	);
}
