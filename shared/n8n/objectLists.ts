import type {
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';

import type { Connector } from '../connectors/connector';
import { SyncError } from '../core/errors';
import type { FieldInfo } from '../core/field';
import { errorText, nodeError } from './errors';
import { systems } from './systems';

/** Where a list finds what it is about: the parameter that names the system (or the system itself), and the object's. */
export interface ListScope {
	readonly system: { readonly parameter: string } | { readonly value: string };
	readonly objectParameter: string;
}

/** List search of an object parameter: every object the credential may see. */
export function searchObjects(scope: ListScope) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const objects = (await listing(this, scope, async (of) => await of.objects())) ?? [];
		const wanted = filter?.trim().toLowerCase() ?? '';
		const matching = objects.filter(({ name, label }) =>
			`${label} ${name}`.toLowerCase().includes(wanted),
		);
		return {
			results: matching.map(({ name, label }) => ({ name: `${label} (${name})`, value: name })),
		};
	};
}

/** Options of a key parameter: the record id and every usable alternate key, with the fields each consists of. */
export function loadKeys(scope: ListScope) {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		if (objectOf(this, scope) === '') return [chooseObject];
		const keys = await aboutObject(this, scope, async (of, name) => await of.keys(name));
		return keys
			.filter((key) => key.usable)
			.map(({ name, label, fields }) => ({
				name: label,
				value: fields.join(','),
				...(!label.includes(name) && { description: name }),
			}));
	};
}

/** Stands where a list would only say "No data". */
const chooseObject: INodePropertyOptions = {
	name: 'Choose the Table or Object Above First',
	value: '',
};

/** Options of a field parameter: the fields that pass `isWanted`, with type, length and marks. */
export function loadFields(scope: ListScope, isWanted: (field: FieldInfo) => boolean) {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const fields = await aboutObject(this, scope, async (of, name) => await of.fields(name));
		return fields.filter(isWanted).map((field) => ({
			name: `${field.label} (${field.name})`,
			value: field.name,
			description: describeField(field),
		}));
	};
}

/** Fields that can be written at all. */
export const isWritable = (field: FieldInfo): boolean => field.creatable || field.updatable;

const typeNames: Readonly<Record<FieldInfo['type'], string>> = {
	string: 'text',
	integer: 'whole number',
	decimal: 'number',
	boolean: 'yes or no',
	date: 'date',
	dateTime: 'date and time',
	choice: 'choice',
	multiChoice: 'several choices',
	lookup: 'link',
	id: 'ID',
	other: 'other type',
};

/** Type, length and marks of a field in one line, such as `text, up to 100 characters · required`. */
export function describeField(field: FieldInfo): string {
	const length = field.maxLength === undefined ? '' : `, up to ${field.maxLength} characters`;
	const digits = field.precision === undefined ? '' : `, ${field.precision} decimals`;
	const targets = field.targets?.length ? ` to ${field.targets.join(' or ')}` : '';
	const marks = [
		...(field.required ? ['required'] : []),
		...(field.openOptions ? ['other values too'] : []),
		...(field.creatable && !field.updatable ? ['create only'] : []),
		...(!field.creatable && field.updatable ? ['update only'] : []),
	];
	return [`${typeNames[field.type]}${length}${digits}${targets}`, ...marks].join(' · ');
}

/** What a connector says about the object chosen; nothing while none is. */
export async function aboutObject<T>(
	context: ILoadOptionsFunctions,
	scope: ListScope,
	ask: (connector: Connector, objectName: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
	const object = objectOf(context, scope);
	if (object === '') return [];
	return (await listing(context, scope, async (of) => await ask(of, object))) ?? [];
}

function objectOf(context: ILoadOptionsFunctions, { objectParameter }: ListScope): string {
	const object = context.getCurrentNodeParameter(objectParameter, { extractValue: true });
	return typeof object === 'string' ? object : '';
}

/** The editor shows the message of a failed list and nothing else, so it carries the next step as well. */
async function listing<T>(
	context: ILoadOptionsFunctions,
	scope: ListScope,
	ask: (connector: Connector) => Promise<T>,
): Promise<T | undefined> {
	const { system } = scope;
	const name =
		'value' in system ? system.value : String(context.getCurrentNodeParameter(system.parameter));
	if (!Object.hasOwn(systems, name)) return undefined;
	// A node of one system needs no name of its own for its sign-in, and its options are about that system.
	const ofOne = 'value' in system;
	try {
		const signIn = context.getCurrentNodeParameter(ofOne ? 'authentication' : systems[name].signIn);
		const options = ofOne ? context.getCurrentNodeParameter('options') : undefined;
		return await ask(await systems[name].connect(context, signIn, options));
	} catch (error) {
		throw nodeError(context.getNode(), new SyncError('config', errorText(error)));
	}
}
