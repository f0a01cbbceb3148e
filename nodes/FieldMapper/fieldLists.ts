import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import type { FieldInfo } from '../../shared/core/field';
import { mustBeGiven } from '../../shared/core/mapping/destination';
import type { ListScope } from '../../shared/n8n/objectLists';
import { aboutObject, describeField, isWritable } from '../../shared/n8n/objectLists';
import { SIGN_INS } from '../../shared/n8n/systems';
import { destinationSide } from './destinationProperties';

/** Where the destination's lists find what they are about. */
export const destinationLists: ListScope = {
	system: { parameter: destinationSide.system },
	objectParameter: destinationSide.object,
};

/** Fields to map to: those of the chosen key first and marked, then the required ones, then the rest by label. */
export async function loadDestinationFields(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const fields = await fieldsOnce(this);
	const keys = keyNames(this.getCurrentNodeParameter('keyFields'));
	return fields
		.filter((field) => isWritable(field) || keys.includes(field.name))
		.map((field) => ({ field, place: placeOf(field, keys) }))
		.sort((a, b) => a.place - b.place)
		.map(({ field }) => ({
			name: `${field.label} (${field.name})`,
			value: field.name,
			description: describeField(field) + (keys.includes(field.name) ? ' · key' : ''),
		}));
}

function placeOf(field: FieldInfo, keys: readonly string[]): number {
	if (keys.includes(field.name)) return 0;
	return mustBeGiven(field) ? 1 : 2;
}

function keyNames(parameter: unknown): string[] {
	return typeof parameter === 'string' ? parameter.split(',').map((name) => name.trim()) : [];
}

const asked = new Map<string, Promise<readonly FieldInfo[]>>();

/** The editor asks for the list once per row at the same moment; rows that ask together share one answer. */
async function fieldsOnce(context: ILoadOptionsFunctions): Promise<readonly FieldInfo[]> {
	const question = JSON.stringify([
		context.getNode().credentials,
		context.getCurrentNodeParameter(destinationSide.system),
		context.getCurrentNodeParameter(destinationSide.object, { extractValue: true }),
		...SIGN_INS.map((name) => context.getCurrentNodeParameter(name)),
	]);
	const answer =
		asked.get(question) ??
		aboutObject(context, destinationLists, async (of, name) => await of.fields(name));
	asked.set(question, answer);
	try {
		return await answer;
	} finally {
		asked.delete(question);
	}
}
