import type { IExecuteFunctions } from 'n8n-workflow';

import { converterTo } from '../../shared/core/conversion';
import type { EnvelopePlace } from '../../shared/core/envelope';
import { readEnvelope } from '../../shared/core/envelope';
import { SyncError } from '../../shared/core/errors';
import { customAttributes } from '../../shared/core/mapping/attributes';
import { mappingCautions } from '../../shared/core/mapping/cautions';
import type { Destination } from '../../shared/core/mapping/destination';
import {
	fieldList,
	fitToDestination,
	missingRequired,
} from '../../shared/core/mapping/destination';
import type {
	ApplyUpdatesPolicy,
	EmptyPolicy,
	MappingRules,
	PassThrough,
	UnfitPolicy,
} from '../../shared/core/mapping/rules';
import type { SyncRecord } from '../../shared/core/record';
import { fieldNames } from '../../shared/n8n/parameters';
import type { ObjectFields } from '../../shared/n8n/systems';
import { objectFields } from '../../shared/n8n/systems';
import { destinationSide } from './destinationProperties';
import { readMappings } from './mappingRows';

/** The collection *Options*. */
export interface Options {
	readonly cutLongText?: boolean;
	readonly keepBookkeepingOut?: boolean;
	readonly readTypesFromText?: boolean;
	readonly requireRequired?: boolean;
	readonly timeZone?: string;
	readonly whenEmpty?: EmptyPolicy;
	readonly whenUnfit?: UnfitPolicy;
}

export interface Settings {
	readonly rules: MappingRules;
	readonly place: EnvelopePlace;
	/** What a person should know before the records are written. */
	readonly cautions: readonly string[];
}

export function readOptions(context: IExecuteFunctions): Options {
	return context.getNodeParameter('options', 0, {}) as Options;
}

/** Where the records go, as far as the destination's metadata is known; undefined for Any Destination. */
export async function readDestination(
	context: IExecuteFunctions,
	options: Options,
): Promise<(Destination & ObjectFields) | undefined> {
	const found = await objectFields(context, destinationSide);
	return found && { ...found, converterTo: converters(context, options) };
}

/** The node's parameters, read once, and fitted to the destination. */
export async function readSettings(context: IExecuteFunctions): Promise<Settings> {
	const options = readOptions(context);
	const destination = await readDestination(context, options);
	const records = context.getInputData().map(({ json }) => json);
	const rules: MappingRules = {
		keyFields: fieldNames(context, 'keyFields', 'Key Fields'),
		mappings: readMappings(context),
		applyUpdates: context.getNodeParameter('applyUpdates', 0) as ApplyUpdatesPolicy,
		passThrough: readPassThrough(context),
		customAttributes: await customAttributes(
			fieldNames(context, 'options.customAttributes', 'Custom Attributes'),
			records,
			{
				destination,
				readsText: options.readTypesFromText === true,
				converterTo: converters(context, options),
			},
		),
		whenEmpty: options.whenEmpty ?? 'sendNull',
		whenUnfit: options.whenUnfit ?? 'convert',
	};
	return {
		rules: destination ? fitToDestination(rules, destination) : rules,
		place: options.keepBookkeepingOut === true ? 'beside' : 'inside',
		cautions: [
			...mappingCautions(rules, wholeRecords(context)),
			...(destination ? checkRequired(rules, destination, options) : []),
		],
	};
}

/** A removed or held record may carry its key alone, so a field it lacks is no mistake in a mapping. */
function wholeRecords(context: IExecuteFunctions): SyncRecord[] {
	return context.getInputData().flatMap((item) => {
		const change = readEnvelope(item).envelope?.change;
		return change === 'removed' || change === 'hold' ? [] : [item.json];
	});
}

/**
 * A missing required field is a caution, not a refusal: a sync that only updates needs none of them, and
 * Dynamics 365 asks for most of them in its forms only (dataverse 2.2: ApplicationRequired).
 */
function checkRequired(rules: MappingRules, { title, fields }: Destination, options: Options) {
	const missing = missingRequired(rules, fields);
	if (missing.length === 0) return [];
	const sentence = `${title} requires ${fieldList(missing)} for a new record, and no mapping feeds ${missing.length === 1 ? 'it' : 'them'}`;
	if (options.requireRequired !== true) {
		return [`${sentence}. Add a mapping, unless the destination only updates records.`];
	}
	throw new SyncError('config', sentence, {
		hint: 'Add a mapping for each, or switch Refuse When Required Fields Are Missing off.',
	});
}

function converters(context: IExecuteFunctions, options: Options): Destination['converterTo'] {
	const timeZone = options.timeZone?.trim() || context.getTimezone();
	const settings = { timeZone, cutText: options.cutLongText === true };
	return (field) => converterTo(field, settings);
}

/** With a known destination only mapped fields and custom attributes go on: a field it does not have would be refused. */
function readPassThrough(context: IExecuteFunctions): PassThrough {
	const mode = context.getNodeParameter('passThrough', 0, 'none') as PassThrough['mode'];
	if (mode !== 'selected') return { mode };
	return { mode, fields: fieldNames(context, 'passThroughFields', 'Fields to Pass Through') };
}
