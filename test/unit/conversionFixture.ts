import type { Conversion, ConversionSettings } from '../../shared/core/conversion';
import { converterTo } from '../../shared/core/conversion';
import type { FieldInfo, FieldType } from '../../shared/core/field';

export const fieldTypes: readonly FieldType[] = [
	'string',
	'integer',
	'decimal',
	'boolean',
	'date',
	'dateTime',
	'choice',
	'multiChoice',
	'lookup',
	'id',
	'other',
];

export const field = (type: FieldType, facets: Partial<FieldInfo> = {}): FieldInfo => ({
	name: 'f',
	label: 'F',
	type,
	required: false,
	creatable: true,
	updatable: true,
	...facets,
});

export const berlin: ConversionSettings = { timeZone: 'Europe/Berlin', cutText: false };

export const convert = (
	value: unknown,
	type: FieldType,
	facets: Partial<FieldInfo> = {},
	settings: Partial<ConversionSettings> = {},
): Conversion => converterTo(field(type, facets), { ...berlin, ...settings })(value);

export const exact = (value: unknown): Conversion => ({ kind: 'exact', value });
export const lossy = (value: unknown, warning: string): Conversion => ({
	kind: 'lossy',
	value,
	warning,
});
export const unfit = (problem: string): Conversion => ({ kind: 'unfit', problem });

/** The value of a conversion that has one. */
export function valueOf(conversion: Conversion): unknown {
	if (conversion.kind === 'unfit') throw new Error(conversion.problem);
	return conversion.value;
}
