import type { Converter } from '../conversion/outcome';
import type { FieldInfo } from '../field';
import { isEmpty } from '../mapping/value';
import type { SyncRecord } from '../record';
import type { SourceField, Suggestion } from '.';
import { suggestPairs, THRESHOLD } from '.';
import { readName } from './names';
import { valueFit } from './values';

/** What tells which source field identifies a record. */
export interface KeyEvidence {
	/** The fields by which a sync compares the records, where one does. */
	readonly comparedBy: readonly string[];
	readonly records: readonly SyncRecord[];
}

/** Words that stand in the name of a field that identifies. */
const KEY_WORDS: ReadonlySet<string> = new Set([
	...['id', 'key', 'code', 'number', 'no', 'nr', 'nummer', 'schluessel', 'uid', 'uuid', 'guid'],
]);

/**
 * The source fields of the key. What a sync compares by goes before every other field: a removed record
 * carries nothing else. By name first; the one that is left then belongs to the one field that is left.
 */
export function suggestKeys(
	sources: readonly SourceField[],
	keyFields: readonly FieldInfo[],
	converterTo: (field: FieldInfo) => Converter,
	{ comparedBy, records }: KeyEvidence,
): Suggestion[] {
	const compared = sources.filter(({ path }) => path.length === 1 && comparedBy.includes(path[0]));
	const candidates = compared.length > 0 ? compared : sources;
	const byName = suggestPairs(candidates, keyFields, converterTo);
	const named = new Set<SourceField | FieldInfo>(
		byName.flatMap(({ source, field }) => [source, field]),
	);
	const fields = keyFields.filter((field) => !named.has(field));
	const rest = candidates.filter(
		(source) => !named.has(source) && (compared.length > 0 || identifies(source, records)),
	);
	if (fields.length !== 1 || rest.length !== 1) return byName;
	const [[source], [field]] = [rest, fields];
	if (valueFit(source.samples, converterTo(field)).share < 1) return byName;
	// The destination gives its IDs itself: what the source calls its key is hardly ever one.
	if (compared.length === 0 && field.type === 'id') return byName;
	const why =
		compared.length > 0
			? 'the sync compares the records by it'
			: 'called like a key, and different in every record';
	return [...byName, { source, field, score: THRESHOLD, why }];
}

function identifies({ path }: SourceField, records: readonly SyncRecord[]): boolean {
	if (path.length > 1) return false;
	const { words, meaning } = readName(path[0]);
	if (meaning !== 'customerNumber' && !words.some((word) => KEY_WORDS.has(word))) return false;
	const values = records.map((record) => record[path[0]]);
	return !values.some(isEmpty) && new Set(values).size === values.length;
}
