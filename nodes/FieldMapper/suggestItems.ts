import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Envelope } from '../../shared/core/envelope';
import { withoutEnvelope } from '../../shared/core/envelope';
import { SyncError } from '../../shared/core/errors';
import { inferredField, observeType } from '../../shared/core/mapping/inference';
import { fieldList, missingRequired } from '../../shared/core/mapping/destination';
import type { Mapping } from '../../shared/core/mapping/rules';
import type { SourceField, Suggestion } from '../../shared/core/suggest';
import { suggestMappings } from '../../shared/core/suggest';
import { sourceFields } from '../../shared/core/suggest/sources';
import { count } from '../../shared/core/words';
import { isEmptyInput } from '../../shared/n8n/emptyInput';
import { errorText, nodeError } from '../../shared/n8n/errors';
import { describeField } from '../../shared/n8n/objectLists';
import { hint } from './hints';
import { readMappings } from './mappingRows';
import { readDestination, readOptions } from './settings';
import { pathText, suggestedNode } from './suggestedNode';

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
	const sources = readSources(context);
	const { fields, title, converterTo } = destination;
	const existing = readMappings(context);
	const open = openFields(sources, existing);
	const mapped = new Set(existing.map(({ destinationField }) => destinationField));
	const free = fields.filter(({ name }) => !mapped.has(name));
	const found = suggestMappings(open, free, converterTo);
	const bySource = new Map(found.map((suggestion) => [suggestion.source, suggestion]));
	const fed = fields.filter(({ name }) => mapped.has(name));
	const whyNot = new Map(
		suggestMappings(open, fed, converterTo).map(({ source, field }) => [
			source,
			`belongs to ${field.name}, which is mapped already`,
		]),
	);
	const items = open.map((source) =>
		row(suggestionOf(source, bySource.get(source), whyNot.get(source))),
	);
	const missing = missingRequired({ mappings: existing, customAttributes: [] }, fields).filter(
		({ name }) => !found.some(({ field }) => field.name === name),
	);
	const required =
		missing.length > 0 ? ` Required and without a source: ${fieldList(missing)}.` : '';
	hint(
		context,
		'warning',
		`${already(existing.length)}${count(found.length)} of ${count(open.length)} source fields have a suggestion for ${title}.${required} Nothing is applied and no record is handed on: copy the text in "node" of the last item, paste it onto the canvas, check it there, and connect it instead of this node. A field without a suggestion can go to Custom Attributes.`,
	);
	return [...items, row({ ...nodeRow, node: suggestedNode(context, found) })];
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
