import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { SyncError } from '../core/errors';
import type { FieldInfo, FieldOption } from '../core/field';
import { nodeError } from './errors';
import type { ListScope } from './objectLists';
import { aboutObject, describeField } from './objectLists';
import { systems } from './systems';

/** Where a list of values finds its field. */
export interface ValueScope extends ListScope {
	/** As labels name the side, such as `Source`. */
	readonly label: string;
	/** Parameters that name the field; the first that is filled in counts. `&name` is a neighbour in the same row. */
	readonly fieldParameters: readonly string[];
}

/**
 * List search of a value: the options of the row's field by label, stored as text, because lists cannot hold
 * false. A field without options has no list; the editor shows the reason and the way out.
 */
export function searchValues(scope: ValueScope) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		const name = scope.fieldParameters
			.map((parameter) => String(this.getCurrentNodeParameter(parameter) ?? '').trim())
			.find((text) => text !== '');
		if (name === undefined)
			throw noList(this, 'This row has no field yet', 'Choose the field first.');
		const isOpen = 'parameter' in scope.system && !hasSystem(this, scope.system.parameter);
		const fields = isOpen
			? []
			: await aboutObject(this, scope, async (of, object) => await of.fields(object));
		const wanted = filter?.trim().toLowerCase() ?? '';
		const options = optionsOf(this, scope, fields, name);
		return {
			results: options
				.map(({ label, value }) => ({ name: `${label} (${value})`, value: String(value) }))
				.filter((option) => option.name.toLowerCase().includes(wanted)),
		};
	};
}

/** Asked first, because n8n cannot read the object's parameter while the editor hides it. */
function hasSystem(context: ILoadOptionsFunctions, parameter: string): boolean {
	return Object.hasOwn(systems, String(context.getCurrentNodeParameter(parameter)));
}

function optionsOf(
	context: ILoadOptionsFunctions,
	{ label }: ValueScope,
	fields: readonly FieldInfo[],
	name: string,
): readonly FieldOption[] {
	if (fields.length === 0) {
		throw noList(
			context,
			`No ${label} Object is chosen, so the values of "${name}" are not known`,
			`Choose ${label} and its object, or switch to By Value.`,
		);
	}
	const field = fields.find((candidate) => candidate.name === name);
	if (field === undefined) {
		throw noList(
			context,
			`The ${label} Object has no field "${name}"`,
			label === 'Source'
				? 'Choose the field from its list, or switch to By Value.'
				: 'Choose the Destination Field of this row, or switch to By Value.',
		);
	}
	if (field.options?.length) return field.options;
	if (field.type === 'boolean') return yesAndNo;
	throw noList(
		context,
		`"${name}" has no list of values: it holds ${describeField(field)}`,
		'Switch to By Value and enter it.',
	);
}

const yesAndNo: readonly FieldOption[] = [
	{ label: 'Yes', value: true },
	{ label: 'No', value: false },
];

/** The editor shows the message in the place of the list. */
function noList(context: ILoadOptionsFunctions, message: string, next: string) {
	return nodeError(context.getNode(), new SyncError('config', `${message}. ${next}`));
}
