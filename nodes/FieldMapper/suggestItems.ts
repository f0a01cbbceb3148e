import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Envelope } from '../../shared/core/envelope';
import { readEnvelope, withoutEnvelope } from '../../shared/core/envelope';
import { SyncError } from '../../shared/core/errors';
import { inferredField, observeType } from '../../shared/core/mapping/inference';
import type { Destination } from '../../shared/core/mapping/destination';
import { fieldList, missingRequired } from '../../shared/core/mapping/destination';
import type { Mapping } from '../../shared/core/mapping/rules';
import type { SourceField, Suggestion } from '../../shared/core/suggest';
import { suggestMappings } from '../../shared/core/suggest';
import type { KeyEvidence } from '../../shared/core/suggest/keys';
import { suggestKeys } from '../../shared/core/suggest/keys';
import { sourceFields } from '../../shared/core/suggest/sources';
import { count, counted } from '../../shared/core/words';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { describeField } from '../../shared/n8n/objectLists';
import { hint } from './hints';
import { readMappings } from './mappingRows';
import { readDestination, readOptions } from './settings';
import { keyNames, pathText, suggestedNode } from './suggestedNode';

/** Records that are looked at; more would not make a suggestion better. */
const LOOKED_AT = 1_000;

/**
 * What belongs together, for a person to confirm, on an output of its own. Mapped and Rejected stay empty,
 * so nothing that is wired to them runs: an action left on sends nothing and removes nothing.
 */
export async function suggestItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	try {
		return [[], [], await suggestions(context)];
	} catch (error) {
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		return [[], [], [row({ error: errorText(error) })]];
	}
}

async function suggestions(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const destination = await readDestination(context, readOptions(context));
	if (!destination) {
		throw new SyncError('config', 'Suggestions need the fields of the destination', {
			hint: 'Choose a system in Destination, and its object. With Any Destination nothing is known of the fields.',
		});
	}
	const { open, found, whyNot, missing } = suggest(context, destination);
	const bySource = new Map(found.map((suggestion) => [suggestion.source, suggestion]));
	const items = open.map((source) =>
		row(suggestionOf(source, bySource.get(source), whyNot.get(source))),
	);
	const texts = [
		`See the output Suggestions: ${already(readMappings(context).length)}${count(found.length)} of ${counted(open.length, 'source field')} ${found.length === 1 ? 'has' : 'have'} a suggestion for ${destination.title}.`,
		...missing,
		'Nothing is applied and no record is handed on: copy the text in "node" of the last item, paste it onto the canvas, check it there, and connect it instead of this node.',
		...(destination.createsFields
			? ['A field without a suggestion can go to Custom Attributes.']
			: []),
	];
	hint(context, 'warning', texts.join(' '));
	return [...items, row({ ...nodeRow, node: suggestedNode(context, found) })];
}

/** Pairs what is not mapped yet: the key before all else, because without it the node does not run. */
function suggest(context: IExecuteFunctions, { fields, converterTo }: Destination) {
	const sources = readSources(context);
	const existing = readMappings(context);
	const keys = keyNames(context);
	const mapped = new Set(existing.map(({ destinationField }) => destinationField));
	const [fed, free] = parted(fields, ({ name }) => mapped.has(name));
	const [openKeys, others] = parted(free, ({ name }) => keys.includes(name));
	// A source field that another mapping reads may identify the record all the same.
	const byKey = suggestKeys(sources, openKeys, converterTo, keyEvidence(context));
	const ofKey = new Set(byKey.map(({ source }) => source));
	const unread = openFields(sources, existing);
	const rest = unread.filter((source) => !ofKey.has(source));
	const found = [...byKey, ...suggestMappings(rest, others, converterTo)];
	const known = new Set(found.map(({ field }) => field.name));
	const keyless = openKeys.filter(({ name }) => !known.has(name));
	const required = missingRequired({ mappings: existing, customAttributes: [] }, others).filter(
		({ name }) => !known.has(name),
	);
	const whyNot = suggestMappings(rest, fed, converterTo).map(
		({ source, field }) => [source, `belongs to ${field.name}, which is mapped already`] as const,
	);
	return {
		open: sources.filter((source) => unread.includes(source) || ofKey.has(source)),
		found,
		whyNot: new Map(whyNot),
		missing: [
			...(keyless.length > 0
				? [`Key without a source: ${fieldList(keyless)}. Map it, or the node does not run.`]
				: []),
			...(required.length > 0 ? [`Required and without a source: ${fieldList(required)}.`] : []),
		],
	};
}

function parted<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], second: T[]] {
	return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

function keyEvidence(context: IExecuteFunctions): KeyEvidence {
	const items = context.getInputData().slice(0, LOOKED_AT);
	const compared = items.map((item) => readEnvelope(item).envelope?.key).find(Boolean);
	return { comparedBy: Object.keys(compared ?? {}), records: items.map(({ json }) => json) };
}

function already(mapped: number): string {
	if (mapped === 0) return '';
	return `${count(mapped)} ${mapped === 1 ? 'field is' : 'fields are'} mapped already. `;
}

function readSources(context: IExecuteFunctions): SourceField[] {
	const items = context.getInputData();
	const records = items.slice(0, LOOKED_AT).map(({ json }) => withoutEnvelope(json));
	const sources = isEmptyInput(items) ? [] : sourceFields(records);
	if (sources.length > 0) return sources;
	throw new SyncError('config', 'The input has no field to suggest a mapping for', {
		hint: 'Run the node before this one, so that at least one record arrives.',
	});
}

/** Source fields that no mapping reads as they are. */
function openFields(sources: readonly SourceField[], existing: readonly Mapping[]): SourceField[] {
	const read = new Set(
		existing.flatMap(({ source }) => (source.kind === 'path' ? pathText(source.path) : [])),
	);
	return sources.filter(({ path }) => !read.has(pathText(path)));
}

function suggestionOf(
	{ path, samples }: SourceField,
	suggestion?: Suggestion,
	whyNot = 'nothing similar enough',
): IDataObject {
	const field = suggestion?.field;
	return {
		source: path.join('.'),
		sample: (samples[0] ?? '') as IDataObject[string],
		destinationField: field?.name ?? '',
		sure: suggestion?.score ?? 0,
		why: suggestion?.why ?? whyNot,
		sourceType: sourceType(samples),
		destinationType: field ? `${field.label}: ${describeField(field)}` : '',
		node: '',
	};
}

/** The last item has the columns of the others, so that the table stays readable. */
const nodeRow: IDataObject = {
	...{ source: 'All of these as a node', sample: '', destinationField: '', sure: '' },
	...{ why: 'copy the text in "node"', sourceType: '', destinationType: '' },
};

function sourceType(samples: readonly unknown[]): string {
	if (samples.length === 0) return 'empty';
	const observer = observeType({ readsText: false });
	for (const sample of samples) observer.see(sample);
	const { type, longest } = observer.result();
	const length = type === 'string' ? longest : undefined;
	return describeField(inferredField('', { type, length, longest }));
}

/** Should an item of this output reach Segment Diff after all, it is no record there either (design R8). */
function row(json: IDataObject): INodeExecutionData {
	const envelope: Envelope = { change: 'hold', reason: 'This is a suggestion, not a record.' };
	return { json, pairedItem: [], _sync: { ...envelope } as IDataObject };
}
