import type { IExecuteFunctions } from 'n8n-workflow';

import { SyncError } from '../../shared/core/errors';
import { parseNames } from '../../shared/core/parsedParameter';
import type {
	Direction,
	MatchMode,
	PicklistForm,
	ReplacementRule,
	Replacements,
	UnmatchedPolicy,
} from '../../shared/core/replacement/rules';
import { parseRawParameter } from '../../shared/n8n/compiledParameter';
import { rawParameter } from '../../shared/n8n/parameters';
import { objectFields } from '../../shared/n8n/systems';
import { rewrite } from './patterns';
import { destination, source } from './sides';

interface Row {
	readonly field?: unknown;
	readonly match?: MatchMode;
	readonly existingValue?: unknown;
	readonly newValue?: unknown;
	readonly destinationField?: unknown;
	readonly enabled?: boolean;
}

interface Options {
	readonly direction?: Direction;
}

/** The node's parameters, read once, with the fields of both sides as their systems describe them now. */
export async function readReplacements(context: IExecuteFunctions): Promise<Replacements> {
	const options = context.getNodeParameter('options', 0, {}) as Options;
	const rows = rawParameter(context, 'rules.values', []) as readonly Row[];
	const from = await objectFields(context, source);
	const to = await objectFields(context, destination);
	const firstModes = { existing: firstMode(from), new: firstMode(to) };
	const rules = rows.map((row, position) => readRule(row, position, firstModes));
	return {
		rules,
		direction: options.direction ?? 'forward',
		whenUnmatched: readPolicy(context),
		picklists: context.getNodeParameter('picklists', 0, 'asTheyAre') as PicklistForm,
		...(from && { source: from.fields }),
		...(to && { destination: to.fields }),
		timeZone: context.getTimezone(),
		rewrite,
	};
}

function readPolicy(context: IExecuteFunctions): UnmatchedPolicy {
	const kind = context.getNodeParameter('whenUnmatched', 0, 'keep') as UnmatchedPolicy['kind'];
	if (kind !== 'setTo') return { kind };
	const value = String(context.getNodeParameter('unmatchedValue', 0, ''));
	if (value.trim() !== '') return { kind, value };
	throw new SyncError('config', 'Value for Unmatched is empty', {
		hint: 'Enter the value, or set When Unmatched to Clear.',
	});
}

type Mode = 'list' | 'value';

/** How a value nobody touched is shown: as a list where the side is known, else as a text box. */
function firstMode(side: object | undefined): Mode {
	return side === undefined ? 'value' : 'list';
}

function readRule(
	row: Row,
	position: number,
	firstModes: { readonly existing: Mode; readonly new: Mode },
): ReplacementRule {
	const name = `Rule ${position + 1}`;
	const rule = { row: position + 1, enabled: row.enabled !== false, match: row.match ?? 'exact' };
	// A rule that is off is not checked, whatever stands in it (sync:T43).
	if (!rule.enabled) return { ...rule, field: '', existingValue: '', newValue: '' };
	const destinationField = fieldName(row.destinationField, `${name}, Destination Field`);
	return {
		...rule,
		field: fieldName(row.field, `${name}, Field`),
		existingValue: valueText(row.existingValue, `${name}, Existing Value`, firstModes.existing),
		newValue: valueText(row.newValue, `${name}, New Value`, firstModes.new),
		...(destinationField !== '' && { destinationField }),
	};
}

function fieldName(raw: unknown, label: string): string {
	const names = parseNames(raw ?? '');
	if (names !== undefined && names.length < 2) return names[0] ?? '';
	throw new SyncError('config', `${label} is not one field name: "${String(raw)}"`, {
		hint: 'Enter one name as plain text; each field has rules of its own.',
	});
}

/** Rules are the same for all records, so a value that depends on the record is refused. */
function valueText(raw: unknown, label: string, firstMode: Mode): string {
	const { mode, value } = isLocator(raw)
		? raw
		: { mode: raw == null ? firstMode : 'value', value: raw };
	const parsed = parseRawParameter(value ?? '');
	if (parsed.kind !== 'constant') {
		throw new SyncError('config', `${label} is an expression, and rules hold fixed values`, {
			hint: 'Enter the value itself. Values computed per record belong into Field Mapper.',
		});
	}
	const text = String(parsed.value ?? '');
	if (mode !== 'list' || text !== '') return text;
	throw new SyncError('config', `${label} is not chosen`, {
		hint: 'Choose it from the list, or switch to By Value: an empty Existing Value is about empty fields, an empty New Value clears.',
	});
}

function isLocator(raw: unknown): raw is { readonly mode?: unknown; readonly value?: unknown } {
	return typeof raw === 'object' && raw !== null && 'value' in raw;
}
