import type { Converter } from '../conversion/outcome';
import type { FieldInfo } from '../field';
import type { Likeness, ReadName } from './names';
import { likeness, readName } from './names';
import { looksLike, valueFit } from './values';

/** A field of the source, with some of its values. */
export interface SourceField {
	readonly path: readonly string[];
	/** Different values, none of them empty. */
	readonly samples: readonly unknown[];
}

/** Where a source field most likely belongs. */
export interface Suggestion {
	readonly source: SourceField;
	readonly field: FieldInfo;
	/** How sure, in percent. */
	readonly score: number;
	/** Ready for a person to read. */
	readonly why: string;
}

/** Suggestions below this are noise: half the letters of two unrelated names are often the same. */
export const THRESHOLD = 50;

interface Candidate {
	readonly field: FieldInfo;
	readonly names: readonly [name: ReadName, label: ReadName];
	readonly convert: Converter;
}

/**
 * For each source field the destination field it most likely belongs to, by name, label and values; no
 * field is given twice. The surest pair is taken first, then the surest of what is left.
 */
export function suggestMappings(
	sources: readonly SourceField[],
	fields: readonly FieldInfo[],
	converterTo: (field: FieldInfo) => Converter,
): Suggestion[] {
	const writable = fields.filter(({ creatable, updatable }) => creatable || updatable);
	return suggestPairs(sources, writable, converterTo);
}

/** The same for fields that may be read only, as a key is that only identifies. */
export function suggestPairs(
	sources: readonly SourceField[],
	fields: readonly FieldInfo[],
	converterTo: (field: FieldInfo) => Converter,
): Suggestion[] {
	const candidates = [...fields].sort(plainFirst).map((field): Candidate => ({
		field,
		names: [readName(field.name), readName(field.label)],
		convert: converterTo(field),
	}));
	const pairs = sources.flatMap((source) => {
		const name = readName(source.path.join(' '));
		return candidates.flatMap((candidate) => judge(source, name, candidate) ?? []);
	});
	pairs.sort((a, b) => b.score - a.score);
	return greedy(pairs);
}

/** The plain field before those of its second address, which have longer names. */
function plainFirst({ name: a }: FieldInfo, { name: b }: FieldInfo): number {
	return a.length - b.length || (a < b ? -1 : 1);
}

function greedy(pairs: readonly Suggestion[]): Suggestion[] {
	const taken = new Set<FieldInfo | SourceField>();
	return pairs.filter(({ source, field }) => {
		if (taken.has(source) || taken.has(field)) return false;
		taken.add(source).add(field);
		return true;
	});
}

function judge(
	source: SourceField,
	name: ReadName,
	{ field, names, convert }: Candidate,
): Suggestion | undefined {
	const byName = likeness(name, names[0]);
	const byLabel = asLabel(likeness(name, names[1]));
	const alike = byLabel.score > byName.score ? byLabel : byName;
	const kind = looksLike(source.samples, field, names);
	const best = kind && kind.score > alike.score ? kind : alike;
	if (best.score < THRESHOLD) return undefined;
	const fit = valueFit(source.samples, convert);
	const score = Math.round(best.score * fit.share);
	if (score < THRESHOLD) return undefined;
	const why = [best.why, kind && best !== kind ? kind.why : '', fit.why].filter(Boolean).join('; ');
	return { source, field, score, why };
}

/** A label may change tomorrow, so the technical name wins a tie. */
function asLabel({ score, why }: Likeness): Likeness {
	return { score: score - 3, why: why.replace('name', 'label') };
}
